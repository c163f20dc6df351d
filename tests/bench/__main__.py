"""`make bench`: the ratios the project promises, each against its bar, printed and kept as JSON under bench/.

`python -m tests.bench overhead` runs one. Nothing here is a test: figures depend on the machine, ratios less so.
"""

import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import backup, cues, meaning, memory, mentions, naming, nodes, overhead, review, soak, upload
from tests.bench.figures import Figure
from transcribe.device import count_cores

BENCHES = {
    "overhead": overhead.measure,
    "memory": memory.measure,
    "naming": naming.measure,
    "meaning": meaning.measure,
    "mentions": mentions.measure,
    "cues": cues.measure,
    "backup": backup.measure,
    "nodes": nodes.measure,
    "review": review.measure,
    "soak": soak.measure,
    "upload": upload.measure,
}
# Only when named: two need espeak-ng, which is not installed for them, others 10,000 talks, ten minutes, 10 GB of disk.
ASKED_FOR = ("cues", "backup", "review", "soak", "upload")
FOLDER = Path(__file__).parents[2] / "bench"


def main(names: list[str]) -> int:
    figures: list[Figure] = []
    for name in names or (name for name in BENCHES if name not in ASKED_FOR):
        print(f"measuring {name} ...", flush=True)
        figures += BENCHES[name](FOLDER / "work")
    FOLDER.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": count_cores()}
    kept = {"at": at.isoformat(), "machine": machine, "figures": [figure.as_json() for figure in figures]}
    (FOLDER / f"{at:%Y%m%dT%H%M%SZ}.json").write_text(json.dumps(kept, indent=1) + "\n")
    table = Table("what", "figure", "bar", "", box=None)
    for figure in figures:
        table.add_row(figure.name, figure.shown, figure.bar, "holds" if figure.holds else "DOES NOT HOLD")
    Console().print(table)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
