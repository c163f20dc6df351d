"""Commands on the recogniser models of this machine."""

from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from catalog import settings
from catalog.commands.output import AsJson, err, print_json, print_table, say
from transcribe.errors import ModelMissing
from transcribe.model_hub import fetch, verify
from transcribe.models import HUB_MODELS, find_model
from transcribe.voice_model import fetch_voice_model

app = typer.Typer()
models = typer.Typer(no_args_is_help=True)
app.add_typer(
    models, name="models", help="Recogniser models: list them, fetch one ahead of time, verify one."
)

VOICES = "voices"  # by this name the voice encoder is fetched: it comes from a package, not from the hub
ModelName = Annotated[
    str, typer.Argument(help="A model of the list, OWNER/NAME on the hub, or a local folder.")
]


@models.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models a newsroom can choose from, and which are on this machine."""
    chosen = settings.current()
    rows = [
        {
            "name": model.name,
            "megabytes": model.megabytes,
            "multilingual": model.multilingual,
            "here": find_model(model.name, chosen.models_folder) is not None,
            "chosen": model.name == chosen.model,
            "advice": model.advice,
        }
        for model in HUB_MODELS
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("model", "MB", "here", "good for"),
        (
            (
                f"{row['name']}{' (chosen)' if row['chosen'] else ''}",
                row["megabytes"],
                "yes" if row["here"] else "",
                row["advice"],
            )
            for row in rows
        ),
        empty="",
    )


@models.command("fetch")
def fetch_model(name: ModelName) -> None:
    """Fetch a model from the hub now, so that hearing needs no network later; `voices` is the voice encoder."""
    if name == VOICES:
        folder = fetch_voice_model(settings.current().models_folder, say)
        say(f"The voice encoder is in {folder}.")
        return
    columns = (TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn())
    bar = Progress(*columns, console=err, disable=not err.is_terminal)
    with bar:
        task = bar.add_task(name, total=None)
        folder = fetch(
            name,
            settings.current().models_folder,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    say(f"'{name}' is in {folder}. `presstalk models verify {name}` checks it.")


@models.command("verify")
def verify_model(name: ModelName = "") -> None:
    """Check a model: its files are whole, are what was fetched, and it loads. Without a name: the chosen one."""
    chosen = settings.current()
    check = verify(name or chosen.model, chosen.models_folder)
    if not check.ok:
        raise ModelMissing(f"{check.folder}: {'; '.join(check.problems)}. Fetch it again.")
    say(f"{check.folder} is whole and loads.{' ' + check.note if check.note else ''}")
