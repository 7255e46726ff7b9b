"""A film's folder in; a movie of each shot out, and which of them somebody has not yet.

What `mstation publish` sends and what the station takes by itself is decided here, once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mstation.errors import InvalidInput, NotFound
from mstation.timebase import FrameRate

if TYPE_CHECKING:
    from mstation.media.shot_movies import Span

MOVIE, SHOTS = "film.mp4", "shots.json"


@dataclass(frozen=True, slots=True)
class Picture:
    """A shot of a build as it is seen: a movie of its own."""

    script_id: str  # the shot's id in the script
    label: str
    frames: int
    path: Path
    digest: str  # SHA-256 of the movie
    size: int

    @property
    def name(self) -> str:
        """What people call its file."""
        return f"{self.label}.mp4"


@dataclass(frozen=True, slots=True)
class Sound:
    """The film's sound in a file of its own."""

    path: Path
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class CutFilm:
    """A build in pieces; `build` is the SHA-256 of its movie, which its `report.json` names too."""

    build: str
    pictures: tuple[Picture, ...]
    sound: Sound | None

    @property
    def digests(self) -> dict[str, str]:
        """The pictures' digests, by the shots' ids in the script."""
        return {each.script_id: each.digest for each in self.pictures}


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of a build: a shot's picture as somebody has it."""

    entity_id: str
    number: int  # of the version
    digest: str


def read_shot_list(folder: Path) -> Any:
    """Return what a film's `shots.json` holds.

    Raises:
        NotFound: when the folder holds no film.
        InvalidInput: when the file cannot be read.
    """
    path = folder / SHOTS
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise NotFound(
            f"{folder} holds no film; make one with `mstation make`",
            zh=f"{folder} 中没有影片；请先运行 `mstation make`",
        ) from None
    except (OSError, ValueError) as error:
        raise InvalidInput("not a shot list", path=str(path), zh="不是镜头表") from error


def cut_film(
    folder: Path,
    shots: Any,
    into: Path,
    *,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> CutFilm:
    """Cut a film's movie into its shots' movies and its sound, all of them written into a folder.

    shots: what its `shots.json` holds.
    tell: how many shots of how many are there.

    Raises:
        NotFound: when the film's folder has no movie.
        InvalidInput: when the shot list is damaged, or the movie is not the one that it lists.
    """
    from mstation.media.shot_movies import cut_shots, take_sound  # codecs, for who cuts alone

    film = folder / MOVIE
    if not film.is_file():
        raise NotFound(
            f"{folder} has no {MOVIE}; make the film again",
            zh=f"{folder} 中没有 {MOVIE}；请重新生成影片",
        )
    ids, rate = _listed(shots)
    pictures: list[Picture] = []
    for span, path in cut_shots(film, tuple(ids), rate, into):
        own = (path, *_digest_and_size(path))
        pictures.append(Picture(ids[span], span.label, span.frames, *own))
        tell(len(pictures), len(ids))
    heard = into / "sound.m4a"
    sound = Sound(heard, *_digest_and_size(heard)) if take_sound(film, heard) else None
    return CutFilm(_digest_and_size(film)[0], tuple(pictures), sound)


def last_seen(versions: Iterable[Seen]) -> dict[str, str]:
    """Return the digest of the last version of a build of each entity."""
    ordered = sorted(versions, key=lambda each: each.number)
    return {each.entity_id: each.digest for each in ordered}


def new_pictures(
    digests: Mapping[str, str], entities: Mapping[str, str], seen: Mapping[str, str]
) -> list[str]:
    """Return the shots whose picture is not what the last version of a build of them shows.

    digests: of a build's pictures, by the shots' ids in the script.
    entities: the tracked shots' ids, by the same; a shot that is not tracked yet has no version.
    seen: the digest of the last version of a build, by entity.
    """
    return [id_ for id_, digest in digests.items() if seen.get(entities.get(id_, "")) != digest]


def _listed(shots: Any) -> tuple[dict[Span, str], FrameRate]:
    """Return each shot's place in the film, with its id in the script, and the rate."""
    from mstation.media.shot_movies import Span

    try:
        rows = [(clip["film_first_frame"], clip["shot"]) for clip in shots["clips"]]
        ids = {
            Span(str(shot["label"]), int(first), shot["end_frame"] - shot["first_frame"]): str(
                shot["id"]
            )
            for first, shot in rows
        }
        return ids, FrameRate.parse(shots["rate"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput("the shot list is damaged", zh="镜头表已损坏") from error


def _digest_and_size(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
