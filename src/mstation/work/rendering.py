"""The kind `cut.render`: the clips of a cut and the film's sound in, one movie of the station out.

Only what no cut showed before is encoded: the segments of all others are there, and join by their
packets. The movie is a blob, and a screening tells of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, select

from mstation.errors import InvalidInput, NotFound
from mstation.graph.keys import key_of, key_parts
from mstation.graph.step import Record, Step
from mstation.graph.store import Store
from mstation.media import apart
from mstation.media.joining import encode_sound, join
from mstation.media.pieces import SEGMENT_RECIPE, Slice
from mstation.station.change import find
from mstation.station.jobs import IN_HAND, jobs
from mstation.station.production.cuts import Cut
from mstation.station.production.screenings import add_screening
from mstation.station.production.shown import media_types
from mstation.station.station import Station
from mstation.timebase import FrameRate
from mstation.work.desk import Desk
from mstation.work.film import STORE
from mstation.work.kinds import CutRender
from mstation.work.segments import Segment, make_segments, refuse_short

RENDERING = "rendering"  # below the data folder: a folder a job
_MADE, _LAID = 0.85, 0.9  # of the whole, when all segments, and the sound, are there
_SOUND = Step("cut sound", SEGMENT_RECIPE, "mstation.media.joining:encode_sound", ("av", "numpy"))


def render(parameters: CutRender, desk: Desk) -> dict[str, Any]:
    """Render a cut; the result says which blob it is, and how many clips were made for it.

    Raises:
        InvalidInput: when a clip cannot be shown: it is named.
        StoreFailed: when the disk, the database or the object store refuses.
    """
    refuse_short(parameters.clips)
    store = Store(desk.data / STORE)
    with desk.station() as station, _scratch(station, desk) as scratch:
        with station.reading() as connection:
            _require_own(connection, parameters, desk.project_id)
        segments = make_segments(
            parameters,
            store,
            station.blobs,
            scratch=scratch,
            at_once=desk.cores,
            tell=lambda part, name: desk.tell(_MADE * part, name),
        )
        movie = scratch / "movie.mp4"
        _join(parameters, segments, store, station, desk, movie)
        blob = station.blobs.take(movie)
        frames = sum(clip.frames for clip in parameters.clips)
        with station.change(desk.actor) as change:
            add_screening(
                change,
                cut_id=parameters.cut_id,
                job_id=desk.job_id,
                digest=blob.digest,
                size=blob.size,
                frames=frames,
            )
    return {
        "digest": blob.digest,
        "size": blob.size,
        "frames": frames,
        "made": sum(each.was_made for each in segments),
        "kept": sum(not each.was_made for each in segments),
        "copied": sum(each.was_made and each.is_kept for each in segments),
        "other_rates": _other_rates(parameters, segments),
    }


def _join(
    parameters: CutRender,
    segments: list[Segment],
    store: Store,
    station: Station,
    desk: Desk,
    movie: Path,
) -> None:
    """Write the movie: the segments' packets, and the sound that belongs to them."""
    rate = FrameRate.parse(parameters.rate)
    desk.tell(_MADE, "sound")
    sound = _sound(parameters, store, station, rate, movie.parent)
    desk.tell(_LAID, "movie")
    join(
        [store.blob(each.digest).path for each in segments],
        sound,
        movie,
        width=parameters.width,
        height=parameters.height,
        rate=rate,
    )


def _sound(
    parameters: CutRender, store: Store, station: Station, rate: FrameRate, scratch: Path
) -> Path:
    """Return the cut's sound, encoded; kept in the store under what is heard of which sound."""
    slices = [Slice(clip.sound_first, clip.frames) for clip in parameters.clips]
    told = {"rate": str(rate), "slices": [[each.first, each.frames] for each in slices]}
    inputs = {} if parameters.sound is None else {"sound": parameters.sound}
    key = key_of(key_parts(_SOUND, told, inputs))
    record = store.record(key)
    if record is None:
        began = monotonic()
        laid, encoded = scratch / "sound.wav", scratch / "sound.m4a"
        _lay(parameters.sound, station, slices, rate, laid)
        encode_sound(laid, encoded, rate.sample_of_frame(sum(each.frames for each in slices)))
        made = Record(_SOUND.name, {"sound": store.put(encoded)}, monotonic() - began)
        record = store.write_record(key, made)
    return store.blob(record.outputs["sound"].digest).path


def _lay(
    digest: str | None, station: Station, slices: list[Slice], rate: FrameRate, out: Path
) -> None:
    if digest is None:
        apart.laid(None, slices, rate, out)
        return
    try:
        with station.blobs.file(digest) as path:
            apart.laid(path, slices, rate, out)
    except (InvalidInput, NotFound) as error:
        raise InvalidInput(
            f"the sound of the film: {error}", zh=f"影片声音：{error.told('zh')}"
        ) from error


def _require_own(connection: Connection, parameters: CutRender, project_id: str) -> None:
    """Refuse a cut and files of other projects: whoever knows a digest does not own it.

    Raises:
        InvalidInput: naming the first clip that shows what the project has not.
    """
    try:
        cut = find(connection, Cut, parameters.cut_id)
    except NotFound as error:
        raise InvalidInput(str(error), zh=error.told("zh")) from error
    if cut.project_id != project_id:
        raise InvalidInput(
            f"`{cut.id}` belongs to another project", zh=f"`{cut.id}` 属于另一个项目"
        )
    named = {digest: clip.name for clip in parameters.clips for digest in clip.digests}
    named |= {clip.digest: clip.name for clip in parameters.clips if clip.digest is not None}
    if parameters.sound is not None:
        named[parameters.sound] = "sound"
    own = media_types(connection, project_id, set(named))
    for digest, name in named.items():
        if digest not in own:
            raise InvalidInput(
                f"clip {name}: the project has no file {digest[:12]}; upload it",
                zh=f"镜头 {name}：项目中没有文件 {digest[:12]}，请上传",
            )


def _other_rates(parameters: CutRender, segments: Iterable[Segment]) -> dict[str, str]:
    """Return the rates of media that run at another than the cut: shown frame for frame as well."""
    return {
        each.clip.name: each.own_rate
        for each in segments
        if each.own_rate not in (None, parameters.rate)
    }


@contextmanager
def _scratch(station: Station, desk: Desk) -> Iterator[Path]:
    """Give the job's own empty folder; what jobs that were killed left behind is removed."""
    with station.reading() as connection:
        query = select(jobs.c.id).where(jobs.c.state.in_(IN_HAND))
        in_hand = set(connection.execute(query).scalars()) - {desk.job_id}
    folder = desk.data / RENDERING
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        if left.name not in in_hand:
            shutil.rmtree(left, ignore_errors=True)
    own = folder / desk.job_id
    own.mkdir()
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
