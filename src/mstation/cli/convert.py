"""`mstation convert`: a screenplay in another format."""

from __future__ import annotations

import sys
from pathlib import Path

from mstation.cli.scripts import read_script, tell_notes
from mstation.errors import InvalidInput
from mstation.publish import write_whole
from mstation.screenplay.revisions import keep_ids
from mstation.screenplay.script import ReadingNote, Script
from mstation.screenplay.writing import write


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
    script = read_script(source, lang)
    if lock is not None:
        from mstation.breakdown.locking import lock_numbers  # with it comes the whole breakdown

        previous = read_script(lock, lang)
        script = lock_numbers(keep_ids(script, previous), previous)
    write_whole(target, write(script, path=str(target)))
    if not quiet:
        tell_notes((*script.notes, *_not_printed(script, target)), source)
        sys.stdout.write(f"{target}\n")


def _not_printed(script: Script, target: Path) -> tuple[ReadingNote, ...]:
    """Return what a printed page shows as a box, because no font has it."""
    if target.suffix.lower() != ".pdf":
        return ()
    from mstation.screenplay.pdf import missing_characters

    return tuple(missing_characters(script))
