"""What a film's request names: texts and files of the project in, what people wrote out.

A file of the project is known by the name that its people gave it; that name is never a path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from mstation.errors import InvalidInput
from mstation.filled_table import read_table
from mstation.film import Recording, TitleWish, Written
from mstation.film_voices import MOST_TAKE_BYTES
from mstation.station.blobs import read
from mstation.station.change import find
from mstation.station.files import File
from mstation.station.station import Station
from mstation.work.desk import Desk
from mstation.work.kinds import MOST_SCRIPT_BYTES, FilmBuild

_UNNAMED = "script.fountain"
_UNNAMED_TABLE = "translation.csv"


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked to be made a film of."""

    name: str  # the screenplay's
    written: Written
    titles: TitleWish


def find_written(parameters: FilmBuild, desk: Desk) -> Found:
    """Return what a request tells, and what the files hold that it names.

    Raises:
        InvalidInput: a file that is another project's or far too large, two takes of one name, or
            a table that is none.
        NotFound: a file is gone.
    """
    with desk.station() as station:
        script, script_name = _told_or_held(
            station, desk, parameters.script, parameters.script_file_id, _UNNAMED
        )
        table, table_name = _told_or_held(
            station, desk, parameters.translation, parameters.translation_file_id, _UNNAMED_TABLE
        )
        takes = _takes(station, desk, parameters.take_file_ids)
    if table:
        read_table(table, table_name)  # one that is none is told before anything is made
    return Found(
        parameters.name or script_name,
        Written(
            script,
            parameters.film_notes.encode(),
            parameters.directions.encode(),
            parameters.score_wishes.encode(),
            takes,
            production=parameters.production.encode(),
            board=parameters.board.encode(),
        ),
        TitleWish.of(parameters.subtitles, table, table_name if table else ""),
    )


def _told_or_held(
    station: Station, desk: Desk, told: str, file_id: str | None, unnamed: str
) -> tuple[bytes, str]:
    """Return the bytes and the name of what a request tells as text, or as a project's file."""
    if file_id is None:
        return told.encode(), unnamed
    (file,) = _files(station, desk, [file_id])
    if file.size > MOST_SCRIPT_BYTES:
        raise InvalidInput(
            f"{file.name} has {file.size} bytes, far too many for a screenplay or a table of lines",
            zh=f"{file.name} 有 {file.size} 字节，不可能是剧本或台词表",
        )
    return read(station.blobs, file.digest), file.name


def _takes(station: Station, desk: Desk, ids: Iterable[str]) -> tuple[Recording, ...]:
    """Return recorded voices that their names tell apart, as those of a folder do."""
    files = _files(station, desk, ids)
    counts = Counter(each.name for each in files)
    for file in files:
        if counts[file.name] > 1:
            raise InvalidInput(
                f"`take_file_ids` has {file.name} {counts[file.name]} times; name one file a take",
                zh=f"`take_file_ids` 中有 {counts[file.name]} 个文件名为 {file.name}；"
                "每个录音请只给出一个文件",
            )
        if file.size > MOST_TAKE_BYTES:
            raise InvalidInput(
                f"{file.name} has {file.size} bytes, too many for one line; cut it to its line",
                zh=f"{file.name} 有 {file.size} 字节，一句台词不会这么大；请剪成一句台词",
            )
    return tuple(Recording(file.name, partial(station.blobs.file, file.digest)) for file in files)


def _files(station: Station, desk: Desk, ids: Iterable[str]) -> list[File]:
    """Return files of the desk's own project."""
    with station.reading() as connection:
        files = [find(connection, File, each) for each in ids]
    for file in files:
        if file.project_id != desk.project_id:
            raise InvalidInput(
                f"`{file.id}` belongs to another project", zh=f"`{file.id}` 属于另一个项目"
            )
    return files
