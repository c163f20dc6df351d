"""What is asked about is the lock, all of it, and an audit that could not ask does not pass."""

import os
import re
import subprocess
import sys
import tomllib

from packaging.requirements import Requirement

from tests.audit import FAILED, pinned
from tests.sbom import ROOT, packages


def test_every_pinned_package_is_asked_about() -> None:
    head = re.search(r"^# /// script\n(.*?)^# ///$", pinned(), re.DOTALL | re.MULTILINE)
    assert head
    told = tomllib.loads(re.sub(r"^# ?", "", head[1], flags=re.MULTILINE))
    asked = {Requirement(one).name for one in told["dependencies"]}
    assert asked == {one["name"] for one in packages()}


def test_an_audit_that_could_not_ask_says_so_and_does_not_pass() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit"],
        cwd=ROOT,
        env=os.environ | {"UV_OFFLINE": "1", "UV_NO_CACHE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == FAILED
    assert "did NOT take place" in done.stderr
