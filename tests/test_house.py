"""The rules of the house that a machine can check. A rule without a check is a wish."""

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

ROOT = Path(__file__).parents[1]
PACKAGES = ("catalog", "media", "transcribe", "web")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40  # lines, its docstring not counted

TOP_LEVEL = {
    *(".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "docs"),
    *("pyproject.toml", "requirements.lock", "tests", *PACKAGES),
}

# What may break a size, with the reason. An entry that is no longer needed fails too.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
MIGRATIONS = "catalog/migrations/versions/"  # lists, written once and read from top to bottom
# Where a function imports: only what is too heavy to load before it is asked for.
LATE_IMPORTS: dict[str, str] = {
    "transcribe/engine.py:load": "the recogniser takes a second and 200 MB; the site starts without it",
    "catalog/search/embedding.py:OnnxEmbedder._engine": "only who searches by meaning waits for its model",
    "catalog/search/embedding.py:WordLlamaEmbedder._engine": "only who searches by meaning waits for its weights",
    "catalog/commands/words.py:_meanings": "the site starts without numpy",
    "catalog/redaction/files.py:_clean_sound": "the site starts without numpy",
    "media/store.py:open_shelf": "only who keeps media in an object store loads its client",
    "web/cards.py:_draw": "the site starts without Pillow",
    "web/deps.py:Site.meanings": "the site starts without numpy",
    "catalog/search/export.py:write_parquet": "the site starts without numpy and what writes Parquet",
}
# The one place that may skip: a machine without a browser still proves all the rest.
MAY_SKIP = {"tests/conftest.py:browser"}


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository, as git sees it; files not yet added count, ignored ones do not."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(name for name in out.split("\0") if name and (ROOT / name).is_file()))


def modules(*folders: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and name.split("/")[0] in folders]


def sized() -> list[str]:
    return [name for name in modules(*PACKAGES) if not name.startswith(MIGRATIONS)]


def text(name: str) -> str:
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name), filename=name)


@cache
def pyproject() -> dict[str, dict]:
    return tomllib.loads(text("pyproject.toml"))


def functions(name: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of a module with its address, "path.py:Class.function"."""

    def walk(node: ast.AST, path: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}:{path}{child.name}", child
            named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            yield from walk(child, f"{path}{child.name}." if named else path)

    yield from walk(tree(name), "")


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


# ---- form ---------------------------------------------------------------------------------------


def test_the_top_level_holds_what_the_house_plan_lists_and_nothing_else() -> None:
    assert {name.split("/")[0] for name in tracked()} == TOP_LEVEL


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {name for name in sized() if len(text(name).splitlines()) > LONGEST_FILE}
    assert long == set(LONG_FILES)


def test_no_function_is_longer_than_a_screen() -> None:
    every = [pair for name in sized() for pair in functions(name)]
    long = {address for address, function in every if length(function) > LONGEST_FUNCTION}
    assert long == set(LONG_FUNCTIONS)


def test_every_module_says_what_lives_in_it() -> None:
    assert [name for name in modules(*PACKAGES) if not ast.get_docstring(tree(name))] == []


def test_no_file_is_named_after_nothing() -> None:
    nothing = re.compile(r"(^|_)(utils?|helpers?|managers?|services?|misc|common)$")
    assert [name for name in modules(*PACKAGES, "tests") if nothing.search(Path(name).stem)] == []


def test_imports_stand_at_the_top_except_heavy_ones() -> None:
    late = {
        address
        for name in modules(*PACKAGES)
        for address, function in functions(name)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    }
    assert late <= set(LATE_IMPORTS)


def test_nothing_is_left_unfinished_in_the_packages() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    assert [name for name in modules(*PACKAGES) if unfinished.search(text(name))] == []


# ---- tests --------------------------------------------------------------------------------------


def test_no_test_is_skipped_or_expected_to_fail_but_for_a_missing_browser() -> None:
    words = {"skip", "skipif", "xfail", "importorskip", "skipIf", "skipUnless", "expectedFailure", "SkipTest"}

    def mentions(node: ast.AST) -> bool:
        return any(
            (isinstance(part, ast.Attribute) and part.attr in words)
            or (isinstance(part, ast.Name) and part.id in words)
            for part in ast.walk(node)
        )

    skipping = set()
    for name in modules("tests"):
        inside = {address for address, function in functions(name) if mentions(function)}
        outside = {name} if mentions(tree(name)) and not inside else set()
        skipping |= inside | outside
    assert skipping == MAY_SKIP


def test_tests_run_on_real_parts_without_a_mock_library() -> None:
    mocks = re.compile(
        r"^\s*(?:from|import)\s+(?:unittest|mock|pytest_mock|responses|respx|vcr)\b", re.MULTILINE
    )
    assert [name for name in modules("tests") if mocks.search(text(name))] == []


def test_test_folders_are_no_packages() -> None:
    assert [name for name in modules("tests") if name.endswith("__init__.py")] == []


# ---- nothing of one machine, nothing of one registry ----------------------------------------------


@pytest.mark.parametrize(
    "pieces",
    [
        ("pypi", r"\.org"),
        ("python", r"hosted\.org"),
        ("npm", r"js\.(org|com)"),
        ("debian", r"\.org/debian"),
        ("extra-", "index-url|find-", "links"),
        (r"(?<![\w.])/wo", r"rk/(main|shared)"),
        ("/ro", r"ot/"),
        (r"/home/", r"\w+/"),
        ("shared/", r"(design|look|speech)"),
    ],
    ids=lambda pieces: "".join(pieces),
)
def test_no_file_names_a_registry_or_a_path_of_one_machine(pieces: tuple[str, ...]) -> None:
    forbidden = re.compile("".join(pieces).encode())
    assert [name for name in tracked() if forbidden.search((ROOT / name).read_bytes())] == []


# ---- what we stand on -----------------------------------------------------------------------------

LOCKS = ("requirements.lock", "tests/requirements.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_a_hash_and_no_address(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", text(lock).strip())
    assert len(entries) > 40
    assert [e.splitlines()[0] for e in entries if not re.match(r"[\w.\[\]-]+==\S+", e)] == []
    assert [e.splitlines()[0] for e in entries if "--hash=sha256:" not in e] == []
    assert "://" not in text(lock)


def test_every_locked_npm_package_has_a_hash_and_no_address() -> None:
    packages = json.loads(text("tests/package-lock.json"))["packages"]
    locked = {name: entry for name, entry in packages.items() if name}
    assert {
        name for name, entry in locked.items() if not entry.get("integrity", "").startswith("sha512-")
    } == set()
    assert {name for name, entry in locked.items() if "resolved" in entry} == set()


def locked(lock: str) -> dict[str, set[str]]:
    """The versions a lock file allows, by package; several where they differ by Python version."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", text(lock), re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def test_running_needs_no_torch_and_no_gpu_library() -> None:
    heavy = re.compile(r"torch|nvidia|triton|tensorflow|cuda")
    assert [name for name in locked("requirements.lock") if heavy.match(name)] == []


def test_what_tests_need_changes_no_version_of_what_runs() -> None:
    runs, tests = map(locked, LOCKS)
    assert {name for name in runs.keys() & tests.keys() if not tests[name] <= runs[name]} == set()


def test_every_dependency_is_locked_and_has_its_sentence_in_the_readme() -> None:
    names = [re.match(r"[\w.-]+", line)[0] for line in pyproject()["project"]["dependencies"]]
    assert [name for name in names if name not in locked("requirements.lock")] == []
    rows = re.findall(r"^\|([^|]*)\|.{12,}\|\s*$", text("README.md"), re.MULTILINE)
    explained = set(re.findall(r"`([\w.-]+)(?:\[\w+\])?`", " ".join(rows)))
    assert [name for name in names if name not in explained] == [], "no row of a README table explains them"


# ---- words about it -------------------------------------------------------------------------------


def documents() -> str:
    return "\n".join(
        text(name) for name in tracked() if name == "README.md" or re.match(r"docs/.*\.md$", name)
    )


def commands() -> dict[str, Any]:
    """Every command of `presstalk` by its words, "jobs" or "models fetch"; "" is `presstalk` itself."""
    from catalog.cli import app

    def walk(command: Any, words: str) -> Iterator[tuple[str, Any]]:
        below = getattr(command, "commands", {})
        if not below or not words or command.invoke_without_command:
            yield words, command
        for name, child in below.items():
            yield from walk(child, f"{words} {name}".strip())

    return dict(walk(typer.main.get_command(app), ""))


def options(command: Any) -> set[str]:
    return {
        "--help",
        *(flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)),
    }


def test_the_changelog_tells_of_the_version_in_pyproject() -> None:
    version = pyproject()["project"]["version"]
    assert re.search(rf"^## .*\b{re.escape(version)}\b", text("CHANGELOG.md"), re.MULTILINE)


def test_every_setting_stands_in_the_readmes_table() -> None:
    from catalog.settings import Settings

    prefix = Settings.model_config["env_prefix"]
    names = [f"{prefix}{name}".upper() for name in Settings.model_fields]
    assert "PRESSTALK_HOME" in names
    readme = text("README.md")
    assert [name for name in names if not re.search(rf"^\| *`{name}` *\|", readme, re.MULTILINE)] == []
    told = set(re.findall(r"^\| *`(PRESSTALK_\w+)` *\|", readme, re.MULTILINE))
    assert told <= set(names), "the table tells of settings that are gone"


def test_every_command_is_told_of() -> None:
    words = commands()
    assert "serve" in words, "the commands of web are not joined"
    assert [word for word in words if word and not re.search(rf"presstalk {word}\b", documents())] == []


def shell_lines() -> list[str]:
    """The commands in fenced shell blocks of README.md and CONTRIBUTING.md, one a line, comments off."""
    blocks = re.findall(
        r"```(?:sh|bash|shell|console)\n(.*?)```", text("README.md") + text("CONTRIBUTING.md"), re.DOTALL
    )
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [
        bare for line in lines if (bare := shlex.join(shlex.split(line.removeprefix("$ "), comments=True)))
    ]


def is_known(line: str) -> bool:
    """Whether a documented line would find its make target, its presstalk command and its options."""
    words = shlex.split(line)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    first, rest = Path(words[0] if words else "export").name, words[1:]
    if first == "make":
        return all(re.search(rf"^{w}:", text("Makefile"), re.MULTILINE) for w in rest if "=" not in w)
    if first == "presstalk":
        known = commands()
        bare = [word for word in rest if not word.startswith("-")]
        name = next((w for w in (" ".join(bare[:2]), " ".join(bare[:1])) if w in known), None)
        flags = {word.split("=")[0] for word in rest if word.startswith("--")}
        return name is not None and flags <= options(known[name])
    return first in {"git", "cd", "export", "apt-get", "sudo", "curl", "source"}


def test_every_shell_line_in_the_documents_would_find_its_command() -> None:
    lines = shell_lines()
    assert "make demo" in lines
    assert "make test" in lines
    assert [line for line in lines if not is_known(line)] == []


def test_the_site_starts_without_what_only_listening_needs() -> None:
    heavy = "numpy,PIL,onnxruntime,faster_whisper,yt_dlp,dbos"
    look = f"import sys, web.app; print([name for name in '{heavy}'.split(',') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
