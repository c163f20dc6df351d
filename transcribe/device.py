"""What this machine offers a recogniser: cores and number formats. Loads no model."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

# Best first. On a GPU float16 is fastest; int8_float16 halves its memory; old cards know neither.
PREFERRED = {
    "cpu": ("int8", "int8_float32", "float32"),
    "cuda": ("float16", "int8_float16", "int8_float32", "float32"),
}


def count_cores(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores this process may really use: its affinity, and a container's quota (cgroup 2, else 1)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _read_quota(cgroup)
    return max(1, min(cores, int(quota)) if quota else cores)


def _read_quota(cgroup: Path) -> float | None:
    for names in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            quota, period = " ".join((cgroup / name).read_text() for name in names).split()
            return float(quota) / float(period) if float(quota) > 0 else None
        except (OSError, ValueError, ZeroDivisionError):
            continue
    return None


def choose_compute_types(device: str, wanted: str, supported: Collection[str]) -> list[str]:
    """Number formats to try on a device, best first: the one asked for, else those it supports.

    >>> choose_compute_types("cuda", "auto", {"float32", "int8_float16", "float16"})
    ['float16', 'int8_float16', 'float32']
    >>> choose_compute_types("cpu", "float32", {"int8", "float32"})
    ['float32']
    """
    if wanted != "auto":
        return [wanted]
    return [kind for kind in PREFERRED[device] if kind in supported] or ["default"]
