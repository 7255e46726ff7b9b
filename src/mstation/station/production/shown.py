"""A cut in; what plays in it, by the project's versions, files and kinds of work, out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from mstation.errors import NotFound
from mstation.station.change import find_where
from mstation.station.files import files
from mstation.station.production.cuts import Cut, playing_cut
from mstation.station.production.playing import Candidate, Playing, media_of, play
from mstation.station.production.versions import Review, VersionFile, versions
from mstation.station.production.workflow import TaskType

_AT_ONCE = 500  # digests a question
_BUILD_RANK, _WHOLE_RANK = -math.inf, math.inf


def playing_of(connection: Connection, cut: Cut) -> tuple[Playing, ...]:
    """Return what plays in each clip of a cut.

    A version shows what files of the project it names: the digest of somebody else's shows nothing.
    """
    wanted = {clip.entity_id for clip in cut.clips}
    rows = [row for row in _candidates(connection, cut.project_id) if row.entity_id in wanted]
    listed = {row.id: _files(row.files) for row in rows}
    digests = {file.digest for each in listed.values() for file in each}
    types = media_types(connection, cut.project_id, digests)
    ranks = _ranks(connection, cut.project_id)
    made: dict[str, list[Candidate]] = {}
    for row in rows:
        media = media_of(listed[row.id], types, row.frames)
        is_approved = row.review == Review.APPROVED
        is_of_build = row.build is not None and row.type_id is None
        found = Candidate(
            row.id, row.number, row.type_id, _rank(row, ranks), is_approved, is_of_build,
            row.head_frames, media,
        )  # fmt: skip
        made.setdefault(row.entity_id, []).append(found)
    return play(cut.clips, made)


def require_playing(connection: Connection, project_id: str) -> Cut:
    """Return the cut that plays.

    Raises:
        NotFound: when none does yet.
    """
    cut = playing_cut(connection, project_id)
    if cut is None:
        raise NotFound(
            "no cut plays in this project yet; publish a build of its film",
            zh="本项目尚无播放中的剪辑；请先发布一版成片",
        )
    return cut


def _candidates(connection: Connection, project_id: str) -> list[Any]:
    """Return versions that may play: approved ones, and shots as builds made them."""
    of_build = versions.c.build.is_not(None) & versions.c.type_id.is_(None)
    query = select(
        versions.c.id, versions.c.entity_id, versions.c.type_id, versions.c.number,
        versions.c.review, versions.c.build, versions.c.files, versions.c.frames,
        versions.c.head_frames,
    ).where(
        versions.c.project_id == project_id,
        (versions.c.review == Review.APPROVED) | of_build,
    )  # fmt: skip
    return list(connection.execute(query))


def _files(told: Iterable[dict[str, str]]) -> tuple[VersionFile, ...]:
    return tuple(VersionFile(each["name"], each["digest"]) for each in told)


def media_types(connection: Connection, project_id: str, digests: set[str]) -> dict[str, str]:
    """Return the media types of the files that a project has, by digest."""
    types: dict[str, str] = {}
    wanted = sorted(digests)
    for place in range(0, len(wanted), _AT_ONCE):
        some = wanted[place : place + _AT_ONCE]
        mine = (files.c.project_id == project_id) & files.c.digest.in_(some)
        rows = connection.execute(select(files.c.digest, files.c.media_type).where(mine))
        types |= {row.digest: row.media_type for row in rows}
    return types


def _ranks(connection: Connection, project_id: str) -> dict[str, float]:
    """Return the places of kinds of work in the project's order."""
    found = find_where(connection, TaskType, project_id=project_id)
    ordered = sorted(found, key=lambda each: (each.position, each.id))
    return {each.id: float(place) for place, each in enumerate(ordered)}


def _rank(row: Any, ranks: dict[str, float]) -> float:
    """Return the place of a version's kind of work; of the shot as a whole: previs, or the end."""
    if row.type_id is not None:
        return ranks[row.type_id]
    return _WHOLE_RANK if row.build is None else _BUILD_RANK
