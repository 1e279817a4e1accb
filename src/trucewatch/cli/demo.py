"""`trucewatch demo`: three missions made and walked in an empty folder."""

from __future__ import annotations

import click
from rich.console import Console

from trucewatch.cli.options import as_json, say
from trucewatch.mission.demo import demo, told
from trucewatch.report.words import Language


@click.command("demo", short_help="Make and walk three missions in an empty folder.")
@click.argument("directory", metavar="DIR", default="walk")
@click.option(
    "--language", type=click.Choice([each.value for each in Language]), default="en", show_default=True
)
@as_json
def command(directory: str, language: str, json_: bool) -> None:
    """Make the demo in DIR, which must be new or empty, and print where its pages are."""
    console = Console(stderr=True)

    def tell(line: str) -> None:
        if console.is_terminal:
            console.print(line)

    pages = demo(directory, say=tell, language=Language(language))
    files = [{"path": str(p.path), "title": p.title, "look_for": p.look_for, "stamp": p.stamp} for p in pages]
    say(json_, "INTERNAL", told(pages), {"pages": files})
