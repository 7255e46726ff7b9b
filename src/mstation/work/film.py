"""The kind `film.build`: a screenplay in, a film's folder in the station's data out.

All builds share one store, so that what one made no other makes again. What people know of a film
from its earlier builds, such as which shot is which, is kept for each screenplay of a project.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mstation.building import REPORT, Watcher, build_film
from mstation.engines.local import LocalEngine
from mstation.errors import StoreFailed, refusal_zh
from mstation.film import FilmSettings
from mstation.film_shots import cut_film, read_shot_list
from mstation.graph.keys import digest_of
from mstation.graph.step import Made
from mstation.graph.store import Store
from mstation.publish import write_whole
from mstation.station.films import PICTURES, film_folder
from mstation.steps import RENDERERS
from mstation.timebase import FrameRate
from mstation.work.desk import Desk
from mstation.work.kinds import FilmBuild
from mstation.work.written import Found, find_written

STORE, LINEAGES = "store", "lineages"
_RENDERS = {step.name for step in RENDERERS.values()}
_RENDERED = 0.9  # of the whole, when all shots are there


def build(parameters: FilmBuild, desk: Desk) -> dict[str, Any]:
    """Build a film into its folder; the result says where it is, below the data folder.

    Raises:
        MStationError: as `mstation make` does.
    """
    found = find_written(parameters, desk)
    folder = film_folder(desk.data, desk.project_id, desk.job_id)
    told = folder.relative_to(desk.data).as_posix()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFailed(
            f"cannot make the folder {told}: {error.strerror}",
            zh=f"无法创建目录 {told}：{refusal_zh(error)}",
        ) from error
    lineage = digest_of(f"{desk.project_id} {found.name}".encode())
    store = Store(desk.data / STORE, notes=desk.data / LINEAGES / lineage)
    built = build_film(
        found.written,
        _settings(parameters, found),
        folder,
        store=store,
        engine=LocalEngine(store, desk.cores),
        watcher=_Telling(desk.tell),
    )
    _list_pictures(folder)
    return {
        "folder": told,
        "report": f"{told}/{REPORT}",
        "title": built.film.facts["title"],
        "shots": built.film.facts["shots"],
        "frames": built.film.frames,
        "made": sum(step.was_made for step in built.made),
        "reused": sum(not step.was_made for step in built.made),
    }


def _list_pictures(folder: Path) -> None:
    """Write down what each shot looks like, so that a plan can tell which pictures are new."""
    with TemporaryDirectory(prefix="mstation-") as pieces:
        cut = cut_film(folder, read_shot_list(folder), Path(pieces))
    write_whole(folder / PICTURES, json.dumps(cut.digests).encode())


def _settings(parameters: FilmBuild, found: Found) -> FilmSettings:
    return FilmSettings(
        found.name,
        parameters.width,
        parameters.height,
        FrameRate.parse(parameters.rate),
        parameters.language,
        parameters.seed,
        style=parameters.style,
        look=parameters.look,
        figures=parameters.figures,
        depth_of_field=parameters.depth_of_field,
        slate=parameters.slate,
        loudness=parameters.loudness,
        titles=found.titles,
    )


class _Telling(Watcher):
    """Tells each step as it is there; progress goes by the shots, and never back."""

    def __init__(self, tell: Callable[[float, str], None]) -> None:
        self._tell = tell
        self._known = self._done = 0
        self._progress = 0.0

    def made(self, made: Made) -> None:
        """Tell a step, and count a shot."""
        self._done += made.step in _RENDERS
        if self._known:
            self._progress = max(self._progress, _RENDERED * self._done / self._known)
        self._tell(self._progress, f"{made.step} {made.label}".strip())

    def shots(self, frames: dict[str, int]) -> None:
        """Know of more shots to be made."""
        self._known += len(frames)

    async def watch(self) -> None:
        """Do not look: what is made is told."""
