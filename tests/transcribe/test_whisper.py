import json
import statistics
import subprocess
import sys

import numpy as np
import pytest

from transcribe.engine import Hints, load
from transcribe.errors import DeviceUnusable, ModelMissing, OutOfMemory
from transcribe.guards import judge
from transcribe.score import plain_words, word_error_rate
from transcribe.sentences import to_utterances
from transcribe.timeline import Span
from transcribe.whisper import HINT_TOKENS, failed, glue
from transcribe.whisper_start import is_out_of_memory, start_model

from .conftest import TALKS, write_wav

WER_CEILING = 0.08


def nothing(_ms):
    """A report that nobody reads."""


@pytest.mark.parametrize("name", TALKS)
def test_a_demo_talk_is_heard_within_the_ceiling(name, talks, heard):
    text = " ".join(segment.text for segment in judge(heard[name].segments).kept)
    assert word_error_rate(talks[name].text, text) <= WER_CEILING


@pytest.mark.parametrize("name", TALKS)
def test_a_talk_cut_into_chunks_loses_no_words_at_the_seams(name, talks, heard_in_chunks):
    kept = [segment for span, piece in heard_in_chunks[name] for segment in judge(piece.segments, span).kept]
    text = " ".join(utterance.text for utterance in to_utterances(kept))
    assert word_error_rate(talks[name].text, text) <= WER_CEILING


@pytest.mark.parametrize("name", TALKS)
def test_words_are_timed_where_they_are_spoken(name, talks, heard):
    words = [word for segment in heard[name].segments for word in segment.words]
    offsets = []
    for text, start_ms, _ in talks[name].words:
        near = [
            w for w in words if plain_words(w.text) == plain_words(text) and abs(w.start_ms - start_ms) < 1000
        ]
        if near:
            offsets.append(min(abs(word.start_ms - start_ms) for word in near))
    assert len(offsets) >= 0.9 * len(talks[name].words)
    assert statistics.median(offsets) <= 100


def test_times_of_a_later_span_count_from_the_start_of_the_recording(talks, heard_in_chunks):
    for name in talks:
        for span, piece in heard_in_chunks[name]:
            for segment in piece.segments:
                assert span.start_ms - 500 <= segment.start_ms <= segment.end_ms <= span.end_ms + 500
                starts = [word.start_ms for word in segment.words]
                assert starts == sorted(starts)
                assert all(word.start_ms <= word.end_ms for word in segment.words)
                assert [word.text for word in segment.words] == segment.text.split()


def test_the_raw_result_is_kept_json_able_with_the_engines_own_figures(heard):
    raw = json.loads(json.dumps(heard[TALKS[0]].raw))
    first = raw["segments"][0]
    assert set(first) >= {
        "start",
        "end",
        "text",
        "tokens",
        "avg_logprob",
        "no_speech_prob",
        "compression_ratio",
    }
    start, end, text, probability = first["words"][0]
    assert 0 <= start < end < 60
    assert text.startswith(" ")
    assert 0 < probability <= 1


def test_progress_rises_to_the_length_of_the_span(engine, talks):
    talk, seen = talks[TALKS[0]], []
    engine.hear(talk.wav, Span(20_000, 50_000), Hints("en"), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 30_000
    assert all(0 <= ms <= 30_000 for ms in seen)


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "nothing"])
def test_sound_without_speech_gives_no_words(engine, tmp_path, kind):
    seconds = np.arange(20 * 16_000) / 16_000
    sounds = {
        "silence": np.zeros(20 * 16_000),
        "noise": np.random.default_rng(3).normal(0, 0.05, 20 * 16_000),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * seconds),
        "nothing": np.zeros(0),
    }
    wav = write_wav(tmp_path / f"{kind}.wav", sounds[kind])
    assert judge(engine.hear(wav, Span(0, 20_000), Hints("en"), nothing).segments).kept == ()


def test_the_demo_model_says_what_it_is_and_why_it_runs_on_the_cpu(engine, model_folder):
    assert engine.info.note.startswith("demo model, synthetic voices only")
    assert engine.info.engine == "faster-whisper"
    assert engine.info.model == model_folder.name
    assert json.loads(json.dumps(engine.info.options))["vad_filter"] is True


def test_no_more_names_are_offered_than_leave_room_for_the_words(engine):
    names = tuple(f"Karima Field {number}" for number in range(200))
    hotwords = engine.choose_hotwords(Hints(names=names, glossary=("Quetta",)))
    assert hotwords.startswith("Karima Field 0, Karima Field 1")
    assert len(engine._whisper.hf_tokenizer.encode(hotwords, add_special_tokens=False).ids) <= HINT_TOKENS
    assert engine.choose_hotwords(Hints(names=("Asma Green",), glossary=("Quetta",))) == "Asma Green, Quetta"
    assert engine.choose_hotwords(Hints()) == ""


def test_names_of_the_cast_do_no_harm(engine, talks):
    talk = talks[TALKS[1]]
    kept = judge(engine.hear(talk.wav, talk.span, Hints("en", names=talk.names), nothing).segments).kept
    assert word_error_rate(talk.text, " ".join(segment.text for segment in kept)) <= WER_CEILING


@pytest.mark.parametrize("language", ["bal", "ur"])
def test_a_language_the_model_cannot_write_is_not_turned_into_nonsense(engine, talks, language):
    talk = talks[TALKS[0]]
    heard = engine.hear(talk.wav, Span(0, 30_000), Hints(language), nothing)
    (utterance,) = to_utterances(judge(heard.segments).kept)
    assert utterance.text.endswith("not yet transcribed]")
    assert (utterance.start_ms, utterance.end_ms, utterance.words) == (0, 30_000, ())
    assert heard.language == language


@pytest.mark.parametrize(
    ("figures", "again"),
    [
        ({}, False),
        ({"compression_ratio": 2.5}, True),
        ({"avg_logprob": -1.1}, True),
        ({"avg_logprob": -1.1, "no_speech_prob": 0.7}, False),
        ({"compression_ratio": 2.5, "text": " "}, False),
    ],
)
def test_a_passage_is_heard_again_when_decoding_failed_and_only_then(figures, again):
    from faster_whisper.transcribe import Segment

    plain = {"text": "tea", "compression_ratio": 1.5, "avg_logprob": -0.2, "no_speech_prob": 0.1}
    segment = Segment(
        id=1, seek=0, start=0, end=1, tokens=[], words=[], temperature=0.0, **{**plain, **figures}
    )
    assert failed(segment) is again


def test_pieces_of_a_word_are_glued_and_chinese_is_not():
    from faster_whisper.transcribe import Word

    pieces = [
        Word(0, 1, " well", 0.9),
        Word(1, 2, "-known", 0.5),
        Word(2, 3, " man", 1.0),
        Word(3, 4, " ", 1.0),
    ]
    assert glue(pieces, spaced=True) == [(0.0, 2.0, "well-known", 0.5), (2.0, 3.0, "man", 1.0)]
    assert [text for _, _, text, _ in glue([Word(0, 1, "你", 1), Word(1, 2, "好", 1)], spaced=False)] == [
        "你",
        "好",
    ]


def test_a_model_that_is_nowhere_is_one_clear_sentence(tmp_path):
    with pytest.raises(ModelMissing) as caught:
        load("no-such-model", models_folder=tmp_path)
    assert "presstalk models fetch no-such-model" in caught.value.sentence
    assert "PRESSTALK_MODEL" in caught.value.sentence


def test_a_folder_that_holds_no_model_is_missing_and_says_what_it_lacks(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelMissing, match=r"model\.bin, tokenizer\.json"):
        load(str(tmp_path))


def test_a_broken_model_file_is_missing_not_a_crash(tmp_path, model_folder):
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (tmp_path / name).write_bytes((model_folder / name).read_bytes())
    (tmp_path / "model.bin").write_bytes(b"\x06\x00\x00\x00not a model")
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load(str(tmp_path), device="cpu")


class Machine:
    """The border to CUDA: says what it is told to, loads the real model on the CPU."""

    def __init__(self, monkeypatch, opened):
        import ctranslate2
        import faster_whisper

        self.asked = []
        self.real = faster_whisper.WhisperModel
        self.opened = opened
        monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
        supported = {"cpu": {"int8"}, "cuda": {"float16", "int8_float16"}}
        monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda device: supported[device])
        monkeypatch.setattr(faster_whisper, "WhisperModel", self.open)

    def open(self, folder, *, device, compute_type, cpu_threads):
        self.asked.append((device, compute_type))
        if device == "cuda" and (error := self.opened(compute_type)):
            raise error
        return self.real(folder, device="cpu", compute_type="int8", cpu_threads=cpu_threads)


def test_a_gpu_that_does_not_compute_gives_way_to_the_cpu_and_says_why(monkeypatch, model_folder):
    machine = Machine(monkeypatch, lambda _kind: RuntimeError("Library libcublas.so.12 is not found\nmore"))
    _, why = start_model(model_folder, "auto", "auto", 1)
    assert why == "on the CPU: CUDA does not work here (Library libcublas.so.12 is not found)"
    assert machine.asked == [("cuda", "float16"), ("cpu", "int8")]


def test_a_gpu_asked_for_by_name_that_does_not_compute_is_an_error(monkeypatch, model_folder):
    Machine(monkeypatch, lambda _kind: RuntimeError("no kernel image is available"))
    with pytest.raises(DeviceUnusable, match="no kernel image"):
        start_model(model_folder, "cuda", "auto", 1)


def test_a_gpu_with_little_memory_gets_the_smaller_number_format(monkeypatch, model_folder):
    full = RuntimeError("CUDA failed with error out of memory")
    machine = Machine(monkeypatch, lambda kind: full if kind == "float16" else None)
    _, why = start_model(model_folder, "auto", "auto", 1)
    assert why == ""
    assert machine.asked == [("cuda", "float16"), ("cuda", "int8_float16")]


def test_a_model_too_big_for_the_gpu_in_every_format_is_out_of_memory(monkeypatch, model_folder):
    Machine(monkeypatch, lambda _kind: RuntimeError("CUDA failed with error out of memory"))
    with pytest.raises(OutOfMemory, match="smaller"):
        start_model(model_folder, "auto", "auto", 1)


@pytest.mark.parametrize(
    ("error", "memory"),
    [(MemoryError(), True), (RuntimeError("std::bad_alloc"), True), (RuntimeError("cuBLAS failed with status "
     "CUBLAS_STATUS_ALLOC_FAILED"), True), (RuntimeError("unsupported device"), False)],
)  # fmt: skip
def test_out_of_memory_is_told_from_other_failures(error, memory):
    assert is_out_of_memory(error) is memory


def test_nothing_heavy_is_imported_before_a_model_is_loaded():
    names = "engine chunks captions captions_read guards languages models sentences score switching timeline wav device"
    code = f"""
import importlib, sys
for name in {names!r}.split():
    importlib.import_module("transcribe." + name)
print([m for m in ("faster_whisper", "ctranslate2", "onnxruntime", "huggingface_hub", "av") if m in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
