"""One voice print as a JSON file, for programs that exchange them without a catalog. Compares nothing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from transcribe.lines import LINES
from transcribe.prints import PrintRefused
from transcribe.voice_print import VECTOR, VOICE_MODEL, VoicePrint


def write_print(path: Path, known: VoicePrint) -> None:
    """Write a print as JSON, readable by its owner alone: it is biometric data."""
    path.touch(mode=0o600)
    path.write_text(json.dumps({**vars(known), "over": dict(known.over)}, ensure_ascii=False) + "\n", "utf-8")


def read_print(path: Path) -> VoicePrint:
    """The print in a file that `write_print` wrote. Raises PrintRefused with what is wrong."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refused(path, "it cannot be read as JSON") from error
    if not isinstance(read, dict) or {*read} != {*VoicePrint.__dataclass_fields__}:
        raise _refused(path, "it is no voice print")
    person, channel, model, over = (read[key] for key in ("person", "channel", "model", "over"))
    if not (isinstance(person, str) and person and isinstance(channel, str) and isinstance(over, dict)):
        raise _refused(path, "it does not say whose voice it is and over which channel")
    if model != VOICE_MODEL:
        raise _refused(path, f"it was made by {model}, voices are now heard by {VOICE_MODEL}")
    if not over.keys() <= LINES.keys():
        raise _refused(path, "it has lines that are not known")
    if not all(_is_voice(vector) for vector in (read["vector"], *over.values())):
        raise _refused(path, f"its figures are not {VECTOR} numbers of length one")
    return VoicePrint(
        person, channel, tuple(read["vector"]), model, {at: tuple(one) for at, one in over.items()}
    )


def _is_voice(vector: Any) -> bool:
    if not isinstance(vector, list) or len(vector) != VECTOR:
        return False
    if not all(isinstance(figure, int | float) for figure in vector):
        return False
    return math.isclose(math.hypot(*vector), 1, abs_tol=1e-3)  # false for NaN and infinity too


def _refused(path: Path, why: str) -> PrintRefused:
    return PrintRefused(f"The voice print {path.name} cannot be used: {why}. Make it again.")
