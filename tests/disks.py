"""A small disk for the tests of full and failing ones: a mount of its own where this machine allows one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LIMITED = ("bash", "-c", 'ulimit -f "$0"; exec "$@"')


@dataclass(frozen=True)
class SmallDisk:
    """A folder with room for so many kilobytes. Where nothing may be mounted, who runs behind `prefix` may write no
    file that is larger: the system refuses in the same way, in the middle of a file."""

    folder: Path
    kilobytes: int
    is_mounted: bool

    @property
    def prefix(self) -> tuple[str, ...]:
        return () if self.is_mounted else (*LIMITED, str(self.kilobytes // 4))

    def fill(self, leave_kilobytes: int) -> Path:
        """Take the room away, but for a little; the file that takes it."""
        ballast = self.folder / "ballast"
        if self.is_mounted:
            free = int(_told("stat", "-f", "-c", "%a", str(self.folder))) * 4
            ballast.write_bytes(bytes(max(0, free - leave_kilobytes) * 1024))
        else:
            ballast.touch()
        return ballast

    def close_to_writers(self) -> None:
        """From now on it can be read only, as a disk that failed. Without a mount, for who is not root."""
        if self.is_mounted:
            subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)
        else:
            subprocess.run(["chmod", "-R", "a-w", str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[SmallDisk]:
    folder.mkdir()
    size = f"size={kilobytes}k"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=False, capture_output=True
    )
    is_mounted = mounted.returncode == 0
    try:
        yield SmallDisk(folder, kilobytes, is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        else:
            subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)


def _told(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
