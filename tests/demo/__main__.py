"""`make demo`: the demo show through the real pipeline, by the commands anybody would type.

SERVE=no stops after publishing.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from tests.demo.show import BARE, read_talk, serve_show

ROOT = Path(__file__).parents[2]
NOTICE = "Demonstration: the people are invented, the voices are made by a computer, and a small demo model heard them."


def demo_environment(home: Path) -> dict[str, str]:
    """Settings of the demo newsroom: its own home, the demo model, the loopback opened on purpose."""
    return os.environ | {
        "PRESSTALK_HOME": str(home),
        "PRESSTALK_MODEL": str(ROOT / "tests" / "data" / "demo" / "five-synthetic-voices"),
        "PRESSTALK_ALLOWED_NETWORKS": "127.0.0.0/8",
        "PRESSTALK_SITE_NOTICE": NOTICE,
        "PRESSTALK_MODERATOR": "",
        "PRESSTALK_MIN_FREE_GIGABYTES": "0.2",
    }


def presstalk(environment: dict[str, str], *words: str, quiet: bool = False) -> str:
    """Run one `presstalk` command, showing it as it would be typed; its standard output."""
    if not quiet:
        print(f"\n$ presstalk {shlex.join(words)}", flush=True)
    command = [sys.executable, "-m", "catalog.cli", *words]
    stdout = subprocess.PIPE if quiet else None
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=stdout, text=True, check=True)
    return done.stdout or ""


def bring_in(environment: dict[str, str], show: str) -> None:
    """Add the three talks the three ways, and publish what is ready."""
    presstalk(environment, "models", "fetch", "voices")
    presstalk(environment, "entities", "import", "--starter")
    presstalk(environment, "add", f"{show}/talks/filmed.html", "--wait")
    presstalk(environment, "subscribe", f"{show}/feed.xml")
    presstalk(environment, "poll")
    bare = read_talk(BARE)
    presstalk(
        environment, "add", f"{show}/{BARE}.opus", "--title", bare.title, "--description", bare.description
    )
    presstalk(environment, "work", "--until-idle")
    waiting = json.loads(presstalk(environment, "episodes", "--state", "review", "--json", quiet=True))
    if waiting:
        presstalk(environment, "publish", *(episode["slug"] for episode in waiting))
    presstalk(environment, "episodes")
    presstalk(environment, "search", '"the exact words"')


def main() -> None:
    home = Path(os.environ.get("PRESSTALK_HOME", ROOT / "data" / "demo")).absolute()
    environment = demo_environment(home)
    port_file = home / "show" / "port"  # the same address each time, so that nothing is fetched twice
    port = int(port_file.read_text()) if port_file.exists() else 0
    with serve_show(home / "show", port) as show:
        port_file.write_text(show.rpartition(":")[2])
        bring_in(environment, show)
    if os.environ.get("SERVE") == "no":
        return
    if json.loads(presstalk(environment, "user", "list", "--json", quiet=True)):
        presstalk(environment, "user", "link", "Producer")
    else:
        presstalk(environment, "user", "add", "Producer", "--role", "admin", "--link")
    print("\n$ presstalk serve", flush=True)
    os.execve(sys.executable, [sys.executable, "-m", "catalog.cli", "serve"], environment)


if __name__ == "__main__":
    main()
