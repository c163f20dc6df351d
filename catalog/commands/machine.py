"""The command that looks at the health of this machine."""

import typer

from catalog import settings
from catalog.commands.output import AsJson, print_json, print_table
from catalog.doctor import examine, is_fit

app = typer.Typer()


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check that this machine can fetch, hear and serve, and say what to do where it cannot."""
    findings = examine(settings.current())
    if as_json:
        print_json({"ok": is_fit(findings), "checks": [vars(finding) for finding in findings]})
    else:
        print_table(
            ("check", "", "found", "what to do"),
            ((one.name, one.level, one.detail, one.advice) for one in findings),
            empty="",
        )
    raise typer.Exit(0 if is_fit(findings) else 1)
