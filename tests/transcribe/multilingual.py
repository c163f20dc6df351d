"""The demo model, made to take orders as a multilingual one does; no test lives here. It knows English only, but its
words for tasks and languages are Whisper's own, so that all is real but what it makes of them."""

from typing import Any


def as_multilingual(engine: Any, language: str = "ur") -> Any:
    """The engine, which believes that every passage is in that language: the model cannot tell one from another."""
    engine._multilingual = True
    model = engine._whisper.model
    model.is_multilingual = True
    model.detect_language = lambda heard: [[(f"<|{language}|>", 1.0)]] * heard.shape[0]
    return engine
