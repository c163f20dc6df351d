"""The child of `catalog.child`, whose recogniser takes orders as a multilingual one does."""

import sys

from catalog import child, ear
from catalog.ear import EarSettings
from tests.transcribe.multilingual import as_multilingual
from transcribe.engine import Engine

loaded = ear._loaded


def speaking(settings: EarSettings) -> Engine:
    engine: Engine = as_multilingual(loaded(settings))
    return engine


if __name__ == "__main__":
    ear._loaded = speaking
    child.main(sys.argv[1])
