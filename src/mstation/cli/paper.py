"""`mstation breakdown` and `diff`: what production needs of a script, without a film."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from mstation import document
from mstation.breakdown import break_down
from mstation.breakdown.changes import SCHEMA as CHANGES_SCHEMA
from mstation.breakdown.changes import BuiltShot, compare, shots_of
from mstation.breakdown.corrections import Corrections, doubts
from mstation.breakdown.corrections import read as read_corrections
from mstation.breakdown.locking import lock_numbers
from mstation.breakdown.scene import SCHEMA as BREAKDOWN_SCHEMA
from mstation.breakdown.scene import Breakdown
from mstation.breakdown.telling import tell_changes
from mstation.cli.files import FILM_NOTES, read_film_notes
from mstation.cli.scripts import read_script, tell_notes
from mstation.cli.words import interface_language, words
from mstation.errors import InvalidInput, NotFound
from mstation.publish import write_whole
from mstation.screenplay.revisions import keep_ids
from mstation.screenplay.script import Language, Script


@dataclass(frozen=True, slots=True)
class BreakdownRequest:
    """The arguments of `breakdown` as given."""

    script: Path
    out: Path | None
    report_lang: str
    eighths: str
    film: Path | None
    lang: str
    quiet: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """The arguments of `diff` as given."""

    old: Path
    new: Path
    built: Path | None
    lock: bool
    lang: str
    as_json: bool


def break_down_and_tell(request: BreakdownRequest) -> None:
    """Write the reports of a screenplay's breakdown into a folder.

    Raises:
        MStationError: with one line for the person.
    """
    from mstation.breakdown.reports import write_reports  # PDF and XLSX cost half a second

    script = read_script(request.script, request.lang)
    corrections = _corrections(request.film, request.script)
    breakdown = _break_down(script, request.script, corrections)
    language = _report_language(request.report_lang, breakdown.language)
    eighths = _eighths(request.eighths)
    out = request.out or Path("breakdowns") / request.script.stem
    files = {
        **write_reports(breakdown, language=language, eighths=eighths),
        "breakdown.json": document.write(breakdown, BREAKDOWN_SCHEMA, indent=1),
    }
    for name, data in files.items():
        write_whole(out / name, data)
    if request.as_json:
        sys.stdout.write(files["breakdown.json"].decode())
    elif not request.quiet:
        tell_notes(script.notes, request.script)
        if corrections.rows:
            tell_notes(doubts(corrections, break_down(script)), request.film or Path(FILM_NOTES))
        _tell_breakdown(breakdown, out)


def compare_and_tell(request: DiffRequest) -> None:
    """Say what the newer revision changes.

    Raises:
        MStationError: with one line for the person.
    """
    older = read_script(request.old, request.lang)
    newer = keep_ids(read_script(request.new, request.lang), older)
    if request.lock:
        newer = lock_numbers(newer, older)
    shots = _built_shots(request.built) if request.built is not None else ()
    changes = compare(
        _break_down(older, request.old, _corrections(None, request.old)),
        _break_down(newer, request.new, _corrections(None, request.new)),
        shots,
    )
    if request.as_json:
        sys.stdout.write(document.write(changes, CHANGES_SCHEMA, indent=1).decode())
    else:
        has_film = request.built is not None
        sys.stdout.write(tell_changes(changes, interface_language(), has_film=has_film))


def _corrections(named: Path | None, script: Path) -> Corrections:
    name = str(named or script.parent / FILM_NOTES)
    return read_corrections(read_film_notes(named, script), path=name)


def _break_down(script: Script, path: Path, corrections: Corrections) -> Breakdown:
    try:
        return break_down(script, corrections)
    except InvalidInput as error:
        raise InvalidInput(str(error), path=path.name, zh=error.told("zh")) from None


def _report_language(asked: str, of_script: Language) -> Language:
    if asked == "auto":
        return of_script
    if asked not in ("en", "zh"):
        raise InvalidInput(
            f"--report-lang is auto, en or zh, not `{asked}`",
            zh=f"--report-lang 只能是 auto、en 或 zh，没有 `{asked}`",
        )
    return cast(Language, asked)


def _eighths(asked: str) -> Literal["standard", "adjusted"]:
    if asked not in ("standard", "adjusted"):
        raise InvalidInput(
            f"--eighths is standard or adjusted, not `{asked}`",
            zh=f"--eighths 只能是 standard 或 adjusted，没有 `{asked}`",
        )
    return cast(Literal["standard", "adjusted"], asked)


def _built_shots(folder: Path) -> tuple[BuiltShot, ...]:
    path = folder / "shots.json"
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise NotFound(
            f"{path}: no shot list there; --built names the folder that `mstation make` filled",
            zh=f"{path}：没有镜头表；--built 要指定 `mstation make` 的输出目录",
        ) from None
    return shots_of(data if isinstance(data, dict) else {})


def _tell_breakdown(breakdown: Breakdown, out: Path) -> None:
    say = words()
    elements = Counter(each.category for sheet in breakdown.sheets for each in sheet.elements)
    fields = {
        "title": breakdown.title or say["untitled"],
        "scenes": len(breakdown.scenes),
        "pages": breakdown.pages,
        "cast": len(breakdown.cast),
        "elements": elements.total(),
        "low": round(breakdown.seconds_low / 60),
        "high": round(breakdown.seconds_high / 60),
    }
    lines = [say["broken_down"].format(**fields), f"{say['reports']}: {out}"]
    sys.stdout.write("\n".join(lines) + "\n")
