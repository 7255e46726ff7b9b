"""The kind `media.proxy`: a file of a project in, a small movie of it kept beside it out."""

from __future__ import annotations

from typing import Any

from mstation.errors import InvalidInput, NotFound
from mstation.media.kinds import Kind
from mstation.station.change import find
from mstation.station.derived import derive
from mstation.station.files import File
from mstation.station.station import Station
from mstation.work.desk import Desk
from mstation.work.kinds import MediaProxy


def make(parameters: MediaProxy, desk: Desk) -> dict[str, Any]:
    """Make a file's proxy, where it is not kept; the result tells its digest and its details.

    Raises:
        InvalidInput: when the project has no such file, or it cannot be opened.
    """
    with desk.station() as station:
        try:
            file = _file(station, parameters.file_id, desk.project_id)
            desk.tell(0.0, file.name)
            made = derive(station, file.digest, Kind.PROXY)
        except NotFound as error:  # it is gone: to try again does not help
            raise InvalidInput(str(error), zh=error.told("zh")) from error
    return {"digest": made.digest, "size": made.size, "details": made.details}


def _file(station: Station, file_id: str, project_id: str) -> File:
    """Return a file of the project whose job it is: to no other may it look.

    Raises:
        NotFound: when it has none of that id.
    """
    with station.reading() as connection:
        file = find(connection, File, file_id)
    if file.project_id != project_id:
        raise NotFound(f"no file `{file_id}`", zh=f"没有文件 `{file_id}`")
    return file
