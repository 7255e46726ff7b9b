"""Documents: papers that prove a right, a release or an approval, and whose they are.

And releases: that those who are shown, or whose place it is, agreed, or that nobody is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, String, Table

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.blobs import Blob
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.assets import Asset
from mstation.station.exchange.profile import needed_releases
from mstation.station.exchange.terms import Terms
from mstation.station.ids import new_id
from mstation.station.intervals import Interval, are_covered
from mstation.station.parties import Party
from mstation.station.schema import Id, Moment, keep, metadata, own_columns


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that a party brought: a contract, a release, a deed."""

    id: str
    revision: int
    party_id: str
    name: str  # of the file
    digest: str
    size: int  # bytes
    brought_at: datetime


class ReleaseKind(StrEnum):
    """Whose agreement it is."""

    MODEL = "model"
    PROPERTY = "property"
    MINOR = "minor"
    HERITAGE_APPROVAL = "heritage_approval"


@dataclass(frozen=True, slots=True)
class Release:
    """That those who are shown agreed; without a document: that there is nobody, or no such place.

    party_id is the asset's owner, who says it.
    """

    id: str
    revision: int
    party_id: str
    asset_id: str
    kind: ReleaseKind
    document_id: str | None
    words: str  # who agreed, or why nobody needs to
    starts_at: datetime
    ends_at: datetime | None


documents = keep(
    Document,
    Table(
        "documents",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("name", String(200), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("brought_at", Moment, nullable=False),
    ),
)
releases = keep(
    Release,
    Table(
        "releases",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("asset_id", Id, ForeignKey("assets.id"), nullable=False, index=True),
        Column("kind", String(20), nullable=False),
        Column("document_id", Id, ForeignKey("documents.id")),
        Column("words", String(200), nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment),
    ),
)


def add_document(change: Change, party: Party, content: Blob, *, name: str) -> Document:
    """Keep a paper of a party."""
    own = (party.id, written(name), content.digest, content.size, change.at)
    return change.add(Document(new_id(), 1, *own))


def add_release(
    change: Change, asset: Asset, *, kind: ReleaseKind, document_id: str | None, words: str,
    starts_at: datetime, ends_at: datetime | None = None,
) -> Release:  # fmt: skip
    """Say that those who are shown agreed, or that nobody is.

    Raises:
        InvalidInput: when the paper is another party's, or the time ends before it starts.
    """
    require_own_document(change.connection, asset.party_id, document_id)
    if ends_at is not None and ends_at <= starts_at:
        raise InvalidInput("a release ends after it starts", zh="授权书的结束时间应晚于开始时间")
    made = (asset.party_id, asset.id, kind, document_id, written(words, "words", "说明"))
    return change.add(Release(new_id(), 1, *made, starts_at, ends_at))


def require_own_document(connection: Connection, party_id: str, document_id: str | None) -> None:
    """Refuse a paper that another party brought.

    Raises:
        InvalidInput: when it is not the party's.
    """
    if document_id is None or find(connection, Document, document_id).party_id == party_id:
        return
    raise InvalidInput(
        f"the document `{document_id}` is not of this party", zh=f"文件 `{document_id}` 不属于该方"
    )


def missing_releases(connection: Connection, asset: Asset, terms: Terms) -> tuple[str, ...]:
    """Return which releases an asset lacks for anything but editorial use, for all of a time."""
    given = find_where(connection, Release, asset_id=asset.id)
    lacks = []
    for kind in needed_releases(asset.kind):
        spans = [Interval(each.starts_at, each.ends_at) for each in given if each.kind == kind]
        if not are_covered(terms.during, spans):
            lacks.append(kind)
    return tuple(lacks)
