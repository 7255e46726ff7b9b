"""The `mstation` command's arguments and exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from mstation.cli.words import interface_language
from mstation.errors import InvalidInput, MStationError, NotFound, StepFailed, StoreFailed

EXIT_CODES = {InvalidInput: 2, NotFound: 3, StoreFailed: 4, StepFailed: 5}

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="M-Station: a film is a build. 一条命令，从剧本到影片。",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mstation {metadata.version('mstation')}")
        raise typer.Exit


@app.callback()
def _station(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """M-Station."""


@app.command()
def make(
    script: Annotated[Path, typer.Argument(help="The screenplay. 剧本文件")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the film; films/NAME if not given. 输出目录")
    ] = None,
    size: Annotated[str, typer.Option(help="Picture size. 画面尺寸")] = "1280x720",
    fps: Annotated[str, typer.Option(help="24, 25, 23.976, 24000/1001 … 帧率")] = "24",
    lang: Annotated[str, typer.Option(help="auto, en or zh. 剧本语言")] = "auto",
    seed: Annotated[int, typer.Option(help="Another seed, another chance. 随机种子")] = 0,
    jobs: Annotated[
        int | None, typer.Option(help="Processes; all cores if not given. 进程数")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors. 安静")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report. 输出 JSON")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks. 显示回溯")] = False,
) -> None:
    """Make a film from a screenplay.

    把剧本做成影片。
    """
    from mstation.cli.make import FilmRequest, make_and_tell

    request = FilmRequest(
        script, out, size, fps, lang, seed, _cores() if jobs is None else jobs, quiet, as_json
    )
    try:
        make_and_tell(request)
    except MStationError as error:
        raise typer.Exit(_tell(error, debug=debug)) from None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _tell(error: MStationError, *, debug: bool) -> int:
    """Print one line about an error, or its whole story, and return the exit code."""
    if debug:
        traceback.print_exception(error)
        if isinstance(error, StepFailed):
            typer.echo(error.log, err=True)
    typer.echo(f"mstation: {error.told(interface_language())}", err=True)
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)


def main() -> None:
    """Run the command."""
    sys.exit(app())
