"""Which commands there are, read from the source of their modules: `presstalk --help` and one command of the
record must not load the recogniser, the downloader and the site. A module is loaded when its command is called."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

OWN = (
    "adding",
    "episodes",
    "publishing",
    "following",
    "work",
    "words",
    "redacting",
    "hiding",
    "translating",
    "history",
    "citing",
    "exporting",
    "judging",
    "linking",
    "ledger",
    "entities",
    "relating",
    "articles",
    "casting",
    "hearing",
    "speakers",
    "naming",
    "voices",
    "proposing",
    "users",
    "tokens",
    "rooms",
    "backing",
    "rehousing",
    "storing",
    "models",
    "machine",
)


@dataclass(frozen=True)
class Told:
    """What the source tells of a command: where it is and what it says of itself."""

    module: str
    help: str


class Commands(Mapping[str, Any]):
    """Every command by its name; asking for one loads its module."""

    def __init__(self) -> None:
        self.told: dict[str, Told] = {}
        for module in modules():
            self.told |= read_contents(module)

    def __getitem__(self, name: str) -> Any:
        app = importlib.import_module(self.told[name].module).app
        return typer.main.get_group(app).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)


class Presstalk(TyperGroup):
    """The group of all commands. A list of them is made of what the source tells."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = Commands()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        sketches = {name: TyperCommand(name, help=told.help) for name, told in self.commands.told.items()}
        self.commands = sketches
        super().format_help(ctx, formatter)


def modules() -> list[str]:
    """Our own, then those of packages above, such as the site: they join by entry point, imported by nobody."""
    joined = [entry.module for entry in entry_points(group="presstalk.commands")]
    return [*(f"catalog.commands.{name}" for name in OWN), *joined]


def read_contents(module: str) -> dict[str, Told]:
    """The commands of a module: functions under `@app.command()`, groups given to `app.add_typer`."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the commands of {module} are not installed", name=module)
    told = {}
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        name, line = _command(node) or _group(node) or ("", "")
        if name:
            told[name] = Told(module, line)
    return told


def _command(node: ast.stmt) -> tuple[str, str] | None:
    if not isinstance(node, ast.FunctionDef):
        return None
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "app.command":
            name = ast.literal_eval(decorator.args[0]) if decorator.args else node.name
            return name, (ast.get_docstring(node) or "").partition("\n\n")[0]
    return None


def _group(node: ast.stmt) -> tuple[str, str] | None:
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "app.add_typer":
        return None
    said = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    return said["name"], said["help"]
