"""The kind `film.publish`: a film that a job built in; versions of its shots, and its cut, out.

Done again, or after somebody sent the same pictures, it makes nothing twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mstation.errors import StoreFailed, refusal_zh
from mstation.film_shots import CutFilm, Picture, cut_film, new_pictures
from mstation.station.access import Access, access_to
from mstation.station.blobs import Blob
from mstation.station.change import Change
from mstation.station.films import built_film, film_folder, shots_of_film
from mstation.station.production.cuts import Cut, add_script_cut
from mstation.station.production.pictures import (
    SOUND_TYPE,
    add_pictures,
    kept_file,
    seen_pictures,
    tracked_shots,
)
from mstation.station.production.rendering import screen_again
from mstation.station.production.script import ShotList, plan_of, read_shots
from mstation.station.station import Station
from mstation.work.desk import Desk
from mstation.work.kinds import KINDS, FilmPublish

_AT_ONCE = 100  # shots in a transaction
_CUTTING = 0.5  # of the whole


def publish(parameters: FilmPublish, desk: Desk) -> dict[str, Any]:
    """Take a film's pictures: the result says how many of its shots got a version.

    Raises:
        NotFound: when there is no such film.
        Forbidden: when whoever asked may not, by now.
        InvalidInput: when the film's shots are not tracked, or its movie is not the one it lists.
    """
    with desk.station() as station:
        with station.reading() as connection:
            _allowed(access_to(connection, desk.actor, desk.project_id))
            job = built_film(connection, desk.project_id, parameters.job_id)
        document = shots_of_film(desk.data, job)
        folder = film_folder(desk.data, desk.project_id, job.id)
        with _pieces(folder, desk.job_id) as pieces:
            film = cut_film(
                folder, document, pieces, tell=lambda done, of: desk.tell(_CUTTING * done / of, "")
            )
            return _publish(station, desk, film, read_shots(document))


def _publish(station: Station, desk: Desk, film: CutFilm, shots: ShotList) -> dict[str, Any]:
    made = 0
    for start in range(0, len(film.pictures), _AT_ONCE):
        some = film.pictures[start : start + _AT_ONCE]
        made += _add(station, desk, film.build, shots, some)
        desk.tell(_CUTTING + (1 - _CUTTING) * (start + len(some)) / len(film.pictures), "")
    cut = _add_cut(station, desk, film, shots)
    return {"shots": len(film.pictures), "made": made, "build": film.build, "cut_id": cut.id}


def _add(
    station: Station, desk: Desk, build: str, shots: ShotList, pictures: tuple[Picture, ...]
) -> int:
    """Make versions of those that are new; only these are taken into the station's files."""
    digests = {each.script_id: each.digest for each in pictures}
    with station.reading() as connection:
        project = access_to(connection, desk.actor, desk.project_id).project
        tracked = tracked_shots(plan_of(connection, project, shots))
        seen = seen_pictures(connection, project.id, tracked.values())
    new = set(new_pictures(digests, tracked, seen))
    taken = [(each, station.blobs.take(each.path)) for each in pictures if each.script_id in new]
    with station.change(desk.actor) as change:
        access = _allowed(access_to(change.connection, desk.actor, desk.project_id))
        tracked = tracked_shots(plan_of(change.connection, access.project, shots))
        return add_pictures(change, access.project, taken, tracked, build)


def _add_cut(station: Station, desk: Desk, film: CutFilm, shots: ShotList) -> Cut:
    """Make the film's cut, and let it be rendered."""
    sound = None if film.sound is None else station.blobs.take(film.sound.path)
    with station.change(desk.actor) as change:
        access = _allowed(access_to(change.connection, desk.actor, desk.project_id))
        heard = None if sound is None else _sound(change, access, sound)
        cut = add_script_cut(change, access.project, shots, build=film.build, sound_file_id=heard)
        screen_again(change, access.project)
        return cut


def _sound(change: Change, access: Access, sound: Blob) -> str:
    project = access.project
    return kept_file(change, project, sound, name="sound.m4a", media_type=SOUND_TYPE).id


def _allowed(access: Access) -> Access:
    for action in KINDS["film.publish"].needs:
        access.require(action)
    return access


@contextmanager
def _pieces(folder: Path, job_id: str) -> Iterator[Path]:
    """Give an empty folder beside the film, where the station's blobs can be without a copy."""
    pieces = folder / f".pieces-{job_id}"
    shutil.rmtree(pieces, ignore_errors=True)  # of an attempt that was killed
    try:
        pieces.mkdir()
    except OSError as error:
        raise StoreFailed(
            f"cannot make a folder for the shots' movies: {error.strerror}",
            zh=f"无法创建存放镜头影片的目录：{refusal_zh(error)}",
        ) from error
    try:
        yield pieces
    finally:
        shutil.rmtree(pieces, ignore_errors=True)
