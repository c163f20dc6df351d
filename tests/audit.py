"""`make audit`: is anything that the product stands on known to be unsafe? The OSV database is asked for every pinned
package, so this needs the network; it passes only when it was answered. What stands in the lock is `sbom`'s."""

import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.sbom import PINNED, ROOT

UV = Path(sysconfig.get_path("scripts")) / "uv"
FOUND, FAILED = 1, 2


def pinned() -> str:
    """The lock as the head of a script (PEP 723), which is what `uv audit` reads where there is no lock of its own."""
    lock = (ROOT / "requirements.lock").read_text()
    wanted = [f'#   "{name}=={version}{_marker(rest)}",' for name, version, rest in PINNED.findall(lock)]
    return "\n".join(
        ["# /// script", '# requires-python = ">=3.11"', "# dependencies = [", *wanted, "# ]", "# ///", ""]
    )


def _marker(rest: str) -> str:
    """On which machines it is wanted: what stands in the lock behind the version, before the hashes."""
    return rest.partition("\\")[0].rstrip()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "pinned.py"
        script.write_text(pinned())
        asked = (str(UV), "audit", "--preview-features", "audit-command", "--script", str(script))
        status = subprocess.run(asked, check=False).returncode
    if status == FOUND:
        print(
            "Something that is pinned is known to be unsafe: `make lock`, then `make test`.", file=sys.stderr
        )
        return FOUND
    if status:
        print(
            "The audit did NOT take place: the packages or the OSV database could not be asked.",
            file=sys.stderr,
        )
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
