"""The language gate at the border of the model: detection is recorded, decoding is the demo model's own."""

import json

import faster_whisper
import pytest

from transcribe.engine import Hints
from transcribe.timeline import Span
from transcribe.whisper import WhisperEngine

from .conftest import TALKS


class Multilingual:
    """The demo model with a full model's gift for languages: it says what was recorded, passage by passage."""

    is_multilingual = True

    def __init__(self, model, beliefs):
        self.model = model
        self.beliefs = iter(beliefs)
        self.prompted = []

    def __getattr__(self, name):
        return getattr(self.model, name)

    def detect_language(self, encoder_output):
        count = encoder_output.shape[0]
        found = [next(self.beliefs) for _ in range(count)]
        return [sorted(((f"<|{code}|>", p) for code, p in b.items()), key=lambda x: -x[1]) for b in found]

    def generate(self, encoder_output, prompts, **options):
        self.prompted += prompts
        return self.model.generate(encoder_output, prompts, **options)


@pytest.fixture
def listen(model_folder, talks):
    """Hear a demo talk (four passages) with the beliefs given; gives what was heard and the languages prompted."""

    def run(hints, beliefs):
        whisper = faster_whisper.WhisperModel(str(model_folder), device="cpu", compute_type="int8")
        model = whisper.model = Multilingual(whisper.model, beliefs)
        talk = talks[TALKS[2]]
        heard = WhisperEngine(whisper, "stub", "").hear(talk.wav, Span(0, 105_000), hints, lambda _ms: None)
        tokens = {whisper.hf_tokenizer.token_to_id(f"<|{code}|>"): code for code in ("en", "ur", "hi", "no")}
        first = model.prompted[: len(heard.raw["passages"])]
        return heard, [next(tokens[t] for t in prompt if t in tokens) for prompt in first]

    return run


def test_only_a_sure_passage_in_a_plausible_language_is_heard_in_it(listen):
    beliefs = [{"ur": 0.99}, {"en": 0.95, "ur": 0.03}, {"en": 0.7, "ur": 0.2}, {"no": 0.99}]
    heard, prompted = listen(Hints("ur"), beliefs)
    assert prompted == ["ur", "en", "ur", "ur"]
    assert [passage["language"] for passage in heard.raw["passages"]] == ["ur", "en", "ur", "ur"]
    assert heard.raw["passages"][3]["probabilities"] == {"no": 0.99}
    assert heard.language == "ur"
    assert heard.language_probability is None


def test_segments_carry_the_language_they_were_heard_in(listen):
    heard, _ = listen(Hints("ur-PK"), [{"ur": 0.9}, {"en": 0.95}, {"ur": 0.9}, {"en": 0.95}])
    languages = [segment.language for segment in heard.segments]
    assert languages[0] == "ur-PK"
    assert set(languages) == {"ur-PK", "en"}
    assert json.loads(json.dumps(heard.raw))["segments"][0]["language"] == "ur"


def test_a_language_nobody_gave_is_detected_and_then_gated(listen):
    detection = [{"ur": 0.85, "en": 0.1}]
    heard, prompted = listen(Hints(), [*detection, {"ur": 0.5}, {"en": 0.9}, {"no": 0.9}, {"ur": 0.9}])
    assert prompted == ["ur", "en", "ur", "ur"]
    assert heard.language == "ur"
    assert heard.language_probability == pytest.approx(0.85)


def test_urdu_detected_as_hindi_is_heard_as_urdu_where_urdu_is_expected(listen):
    detection = [{"hi": 0.6, "ur": 0.35}]
    passages = [{"hi": 0.7, "ur": 0.29}, {"ur": 0.9}, {"en": 0.9}, {"hi": 0.5}]
    heard, prompted = listen(Hints(other_languages=("ur",)), detection + passages)
    assert prompted == ["ur", "ur", "en", "ur"]
    assert heard.language == "ur"


def test_an_english_only_model_is_never_asked_for_a_language(heard):
    assert heard[TALKS[0]].language == "en"
    assert all("language" not in passage for passage in heard[TALKS[0]].raw["passages"])
