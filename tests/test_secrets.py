"""No secret is in the tree: keys, tokens and passwords are known by their form, whatever file they lie in."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# The form of each, as its maker describes it; written so that this file does not look like one.
FORMS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "an age identity": "AGE-SECRET-" + r"KEY-1[0-9A-Z]{50,}",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}\b",
    "a model hub's token": r"\bhf_[A-Za-z0-9]{30,}\b",
    "a package index's token": r"\bpypi-[A-Za-z0-9_-]{50,}|\bnpm_[A-Za-z0-9]{36}\b",
    "a chat's token": r"\bxox[abprs]-[A-Za-z0-9-]{20,}",
    "an API key": r"\bsk-[A-Za-z0-9_-]{32,}\b|\bAIza[0-9A-Za-z_-]{35}\b",
    "a signed token": r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "an address with a password": r"\b[a-z][a-z0-9+.-]*://[^\s:/@'\"{}]+:(?!PASSWORD|password|secret|\$|\{)[^\s:/@'\"{}]{6,}@",
}
EXAMPLES = {
    "a private key": "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "an age identity": "AGE-SECRET-" + "KEY-1" + "Q" * 58,
    "an AWS key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "a GitHub token": "ghp_" + "a" * 36,
    "a model hub's token": "hf_" + "a" * 34,
    "a package index's token": "npm_" + "a" * 36,
    "a chat's token": "xoxb-" + "1" * 24,
    "an API key": "sk-" + "a" * 40,
    "a signed token": ".".join(("eyJ" + "a" * 24, "eyJ" + "b" * 24, "c" * 24)),
    "an address with a password": "postgresql://talk:" + "hunter22" + "@db.example/talk",
}
BINARY = {".opus", ".webp", ".png", ".woff2", ".bin", ".npz", ".jpg", ".ico"}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def secrets_in(text: str) -> list[str]:
    return [kind for kind, form in FORMS.items() if re.search(form, text)]


@pytest.mark.parametrize("kind", FORMS)
def test_one_of_each_kind_would_be_found(kind: str) -> None:
    assert secrets_in(f"x = '{EXAMPLES[kind]}'") == [kind]


def test_no_file_holds_a_secret() -> None:
    files = tracked()
    assert len(files) > 500
    found = {
        str(path.relative_to(ROOT)): kinds
        for path in files
        if (kinds := secrets_in(path.read_text(encoding="utf-8", errors="ignore")))
    }
    assert found == {}
