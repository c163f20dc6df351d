import re

import pytest
from faster_whisper.utils import _MODELS

from transcribe.models import (
    HUB_MODELS,
    RECORD,
    find_model,
    folder_of,
    missing_files,
    read_note,
    repository_of,
)


def test_every_listed_model_is_one_faster_whisper_knows_under_that_name():
    assert {model.name: model.repository for model in HUB_MODELS}.items() <= _MODELS.items()


def test_every_listed_model_carries_size_and_advice():
    assert all(model.megabytes > 50 and model.advice for model in HUB_MODELS)
    assert all(model.multilingual == (not re.search("en$|distil", model.name)) for model in HUB_MODELS)


@pytest.mark.parametrize(
    "name", ["enormous", "/etc", "../secret/x", "~/x", "a/b/c", "", "/", "a\\b/c", "./models"]
)
def test_paths_and_unknown_names_are_no_hub_models(name):
    assert repository_of(name) is None


def test_a_local_folder_wins_over_a_hub_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny").mkdir()
    assert str(find_model("tiny", tmp_path / "models")) == "tiny"


def test_a_fetched_model_is_found_only_once_its_record_is_written(tmp_path):
    folder = folder_of("someone/whisper-ur", tmp_path)
    folder.mkdir()
    assert find_model("someone/whisper-ur", tmp_path) is None
    (folder / RECORD).write_text("{}")
    assert find_model("someone/whisper-ur", tmp_path) == folder
    assert find_model("someone/whisper-ur", None) is None


def test_an_empty_file_is_as_missing_as_none(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.bin").touch()
    assert missing_files(tmp_path) == ["model.bin", "tokenizer.json"]


@pytest.mark.parametrize("config", ["", "[]", "{}", '{"presstalk_note": 5}', "\x00"])
def test_a_model_without_a_note_has_none(tmp_path, config):
    (tmp_path / "config.json").write_text(config)
    assert read_note(tmp_path) == ""


def test_the_demo_model_warns_that_it_knows_synthetic_voices_only(model_folder):
    assert read_note(model_folder) == "demo model, synthetic voices only"
