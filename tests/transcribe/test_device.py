import os

import pytest

from transcribe.device import choose_compute_types, count_cores


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ({"cpu.max": "100000 100000"}, 1),
        ({"cpu.max": "50000 100000"}, 1),
        ({"cpu.max": "max 100000"}, None),
        ({"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ({"cpu.max": "nonsense"}, None),
        ({}, None),
    ],
)
def test_a_containers_quota_limits_the_cores_and_its_absence_does_not(tmp_path, files, most):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    assert count_cores(tmp_path) == (most or len(os.sched_getaffinity(0)))


def test_the_compute_type_follows_the_device_and_what_it_supports():
    everything = {"int8", "int8_float32", "int8_float16", "float16", "float32"}
    assert choose_compute_types("cpu", "auto", everything)[0] == "int8"
    assert choose_compute_types("cuda", "auto", everything)[:2] == ["float16", "int8_float16"]
    assert choose_compute_types("cuda", "auto", {"float32"}) == ["float32"]
    assert choose_compute_types("cuda", "auto", set()) == ["default"]


def test_a_compute_type_asked_for_is_the_only_one_tried():
    assert choose_compute_types("cuda", "int8_float16", {"float16"}) == ["int8_float16"]
