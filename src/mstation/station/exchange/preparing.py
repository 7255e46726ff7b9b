"""An asset's content on its way to be shown: what may come, and its previews, made by a job.

Before a licence nobody sees an original: a thumbnail, and pictures, movies and sounds that carry
their owner's name and the asset's number. The station knows the kind of job by its name; what does
it stands in `mstation.work.assets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
    select,
)

from mstation.errors import InvalidInput, NotFound
from mstation.station.blobs import Blob
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.assets import (
    Asset,
    AssetKind,
    AssetVersion,
    add_asset_version,
    show_version,
)
from mstation.station.ids import new_id
from mstation.station.jobs import Job, JobState, jobs, submit_for_party
from mstation.station.schema import Id, keep, metadata, noun_of, own_columns

PREPARE_JOB = "asset.prepare"
_TRIES = 3

_IMAGES = (
    "image/png", "image/jpeg", "image/tiff", "image/webp", "image/gif", "image/x-exr",
    "image/x-dpx",
)  # fmt: skip
_MOVIES = (
    "video/quicktime", "video/mp4", "video/x-matroska", "video/webm", "video/x-msvideo",
    "application/mxf",
)  # fmt: skip
_SOUNDS = ("audio/wav", "audio/aiff", "audio/flac", "audio/mpeg", "audio/ogg", "audio/mp4")
_MODELS = ("model/gltf-binary", "model/vnd.usd")
_SCRIPTS = ("text/plain", "application/pdf")

TAKES: Mapping[AssetKind, tuple[str, ...]] = {
    AssetKind.IMAGE: _IMAGES,
    AssetKind.VIDEO: _MOVIES,
    AssetKind.AUDIO: _SOUNDS,
    AssetKind.MODEL: _MODELS,
    AssetKind.MATERIAL: (*_IMAGES, *_MODELS),
    AssetKind.SCAN: (*_MODELS, *_IMAGES),
    AssetKind.SCRIPT: _SCRIPTS,
    AssetKind.HERITAGE: (*_IMAGES, *_MOVIES, *_SOUNDS, *_MODELS, *_SCRIPTS),
}
# What a name promises; other names promise nothing.
_PROMISES: Mapping[str, tuple[str, ...]] = {
    ".png": ("image/png",), ".jpg": ("image/jpeg",), ".jpeg": ("image/jpeg",),
    ".tif": ("image/tiff",), ".tiff": ("image/tiff",), ".webp": ("image/webp",),
    ".gif": ("image/gif",), ".exr": ("image/x-exr",), ".dpx": ("image/x-dpx",),
    ".mov": ("video/quicktime", "video/mp4"), ".mp4": ("video/mp4", "video/quicktime"),
    ".mkv": ("video/x-matroska",), ".webm": ("video/webm",), ".avi": ("video/x-msvideo",),
    ".mxf": ("application/mxf",), ".wav": ("audio/wav",), ".aif": ("audio/aiff",),
    ".aiff": ("audio/aiff",), ".flac": ("audio/flac",), ".mp3": ("audio/mpeg",),
    ".ogg": ("audio/ogg",), ".m4a": ("audio/mp4",), ".glb": ("model/gltf-binary",),
    ".usd": ("model/vnd.usd",), ".usda": ("model/vnd.usd",), ".usdc": ("model/vnd.usd",),
    ".pdf": ("application/pdf",), ".txt": ("text/plain",), ".fountain": ("text/plain",),
}  # fmt: skip


class RenditionKind(StrEnum):
    """What a preview is."""

    THUMBNAIL = "thumbnail"  # a small picture, marked: for lists
    WATERMARKED = "watermarked"  # the picture, sound or first page, marked
    WAVEFORM = "waveform"  # a picture of the sound
    TURNTABLE = "turntable"  # a movie once round the model, marked
    PROXY = "proxy"  # the movie, small and marked


@dataclass(frozen=True, slots=True)
class Rendition:
    """A preview of a version, for those who have no licence."""

    id: str
    revision: int
    party_id: str
    asset_version_id: str
    kind: RenditionKind
    digest: str
    size: int  # bytes
    media_type: str
    details: Mapping[str, Any] = field(default_factory=dict)  # width, height, frames, rate


renditions = keep(
    Rendition,
    Table(
        "renditions",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("details", JSON, nullable=False),
        UniqueConstraint("asset_version_id", "kind"),
    ),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A preview that was made: what it is, and its content."""

    kind: RenditionKind
    blob: Blob
    media_type: str
    details: Mapping[str, Any]


def require_content(kind: AssetKind, name: str, media_type: str) -> None:
    """Refuse content that is none of an asset's kind, or not what its name promises.

    Raises:
        InvalidInput: which says what it is and what is taken.
    """
    promised = _PROMISES.get(PurePosixPath(name).suffix.casefold())
    if promised is not None and media_type not in promised:
        raise InvalidInput(
            f"`{name}` is not what its name says: its content is {media_type}, not "
            f"{promised[0]}; send the file itself, under its right name",
            zh=f"`{name}` 与其名称不符：内容为 {media_type}，而非 {promised[0]}；请更名或换文件",
        )
    if media_type not in TAKES[kind]:
        taken = ", ".join(TAKES[kind])
        raise InvalidInput(
            f"`{name}` is {media_type}, which is no content of the kind {kind}; it takes {taken}",
            zh=f"`{name}` 的内容为 {media_type}，不能用作 {kind} 素材；可用：{taken}",
        )


def bring_version(
    change: Change, asset: Asset, content: Blob, *, name: str, media_type: str
) -> AssetVersion:
    """Give an asset its next version, and ask for its previews.

    Raises:
        InvalidInput: when the content is none for it.
    """
    require_content(asset.kind, name, media_type)
    version = add_asset_version(change, asset, content, name=name, media_type=media_type)
    submit_for_party(
        change,
        asset.party_id,
        kind=PREPARE_JOB,
        parameters={"asset_version_id": version.id},
        tries=_TRIES,
    )
    return version


def keep_previews(
    change: Change,
    version: AssetVersion,
    media: Mapping[str, Any],
    made: Sequence[Made],
    *,
    waits: bool = False,
) -> Asset:
    """Keep what was made of a version, and show the asset by it; done again, nothing changes.

    waits: the house looks at it before it is live.
    """
    version = find(change.connection, AssetVersion, version.id)
    asset = find(change.connection, Asset, version.asset_id)
    if renditions_of(change.connection, version.id):
        return asset
    version = change.edit(version, media=dict(media))
    own = (version.party_id, version.id)
    change.add_all(
        [
            Rendition(
                new_id(), 1, *own, each.kind, each.blob.digest, each.blob.size, each.media_type,
                each.details,
            )
            for each in made
        ]
    )  # fmt: skip
    return show_version(change, asset, version, waits=waits)


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far a version's previews are, or why there are none."""

    state: JobState
    progress: float = 0.0
    error: str = ""
    error_zh: str = ""


def preparation_of(connection: Connection, version: AssetVersion) -> Preparation:
    """Return how far a version's previews are."""
    mine = jobs.c.parameters["asset_version_id"].as_string() == version.id
    query = select(jobs).where(
        jobs.c.party_id == version.party_id, jobs.c.kind == PREPARE_JOB, mine
    )
    row = connection.execute(query.order_by(jobs.c.id.desc())).mappings().first()
    if row is None:
        return Preparation(JobState.DONE, 1.0)
    job = noun_of(Job, dict(row))
    return Preparation(job.state, job.progress, job.error, job.error_zh)


def renditions_of(connection: Connection, version_id: str) -> list[Rendition]:
    """Return the previews of a version."""
    return find_where(connection, Rendition, asset_version_id=version_id)


def rendition_of(connection: Connection, version_id: str, kind: RenditionKind) -> Rendition:
    """Return a preview of a version.

    Raises:
        NotFound: when it has none of that kind, or not yet.
    """
    for each in find_where(connection, Rendition, asset_version_id=version_id, kind=kind):
        return each
    raise NotFound(
        f"this version has no preview `{kind}`, or not yet",
        zh=f"此版本没有（或尚未生成）预览 `{kind}`",
    )
