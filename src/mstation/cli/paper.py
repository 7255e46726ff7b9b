"""`mstation convert`, `breakdown`, `diff`: screenplays and their paper, without a film."""

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
from mstation.breakdown.reports import write_reports
from mstation.breakdown.scene import SCHEMA as BREAKDOWN_SCHEMA
from mstation.breakdown.scene import Breakdown
from mstation.breakdown.telling import tell_changes
from mstation.cli.files import FILM_NOTES, check_language, read_film_notes, read_source
from mstation.cli.words import interface_language, words
from mstation.errors import InvalidInput, NotFound
from mstation.publish import write_whole
from mstation.screenplay import read
from mstation.screenplay.revisions import keep_ids
from mstation.screenplay.script import Language, ReadingNote, Script
from mstation.screenplay.writing import write

_NOTES_SHOWN = 12


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


def convert_and_tell(
    source: Path, target: Path, *, lock: Path | None, lang: str, quiet: bool
) -> None:
    """Read a screenplay and write it in the target's format.

    Raises:
        MStationError: with one line for the person; the target is as it was.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise InvalidInput(
            "is the script itself; name another file",
            path=str(target),
            zh="就是剧本本身；请换一个文件名",
        )
    script = _read_script(source, lang)
    if lock is not None:
        previous = _read_script(lock, lang)
        script = lock_numbers(keep_ids(script, previous), previous)
    write_whole(target, write(script, path=str(target)))
    if not quiet:
        _tell_notes(script.notes, source)
        sys.stdout.write(f"{target}\n")


def break_down_and_tell(request: BreakdownRequest) -> None:
    """Write the reports of a screenplay's breakdown into a folder.

    Raises:
        MStationError: with one line for the person.
    """
    script = _read_script(request.script, request.lang)
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
        _tell_notes(script.notes, request.script)
        if corrections.rows:
            _tell_notes(doubts(corrections, break_down(script)), request.film or Path(FILM_NOTES))
        _tell_breakdown(breakdown, out)


def compare_and_tell(request: DiffRequest) -> None:
    """Say what the newer revision changes.

    Raises:
        MStationError: with one line for the person.
    """
    older = _read_script(request.old, request.lang)
    newer = keep_ids(_read_script(request.new, request.lang), older)
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


def _read_script(path: Path, lang: str) -> Script:
    return read(read_source(path), path=path.name, language=check_language(lang))


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


def _tell_notes(notes: tuple[ReadingNote, ...], path: Path) -> None:
    """Say which lines could be read in more than one way, the first dozen of them."""
    say, language = words(), interface_language()
    for note in notes[:_NOTES_SHOWN]:
        where = say["line"].format(path=path.name, line=note.line)
        sys.stderr.write(f"{where} {note.told(language)}\n")
    if len(notes) > _NOTES_SHOWN:
        sys.stderr.write(say["more_notes"].format(count=len(notes) - _NOTES_SHOWN) + "\n")


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
