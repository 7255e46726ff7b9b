"""A version's file as it may be passed on: labelled, then signed, then known by its digest.

The order is the law: a label that is written after the signature breaks it, and the digest of what
is passed on is taken last. The version itself never changes; what is made of it is another file.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
)

from mstation.errors import Conflict, InvalidInput, NotFound
from mstation.media import apart
from mstation.media.ai_labels import Label, source_of
from mstation.media.aigc_types import LABELLED
from mstation.media.credentials import Claim, Ingredient, Relationship, sign
from mstation.media.proofs import Proof
from mstation.media.sniff import HEAD_BYTES, media_type_of
from mstation.station.ai_declarations import AiDeclaration
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.assets import Asset, AssetVersion
from mstation.station.exchange.authority import believed
from mstation.station.exchange.chains import Signer, es256, pem_of
from mstation.station.exchange.licences import Licence, LicenceState
from mstation.station.ids import new_id
from mstation.station.parties import House, Party
from mstation.station.production.versions import Version
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.station import Station

_CODE = "0011{uscc}00000"  # Source: GB 45438-2025, Annex E: who labels, by USCC, of which product


@dataclass(frozen=True, slots=True)
class Credential:
    """A file that was made to be passed on.

    declared: the revision of the declaration that it follows. sidecar_digest: of its credentials
    where the file cannot hold them. is_labelled: whether the AIGC label is in it; False where it
    needs none or cannot hold one. encoded: what was encoded again for the mark.
    """

    id: str
    revision: int
    party_id: str | None
    organisation_id: str | None
    project_id: str | None
    declaration_id: str
    declared: int
    licence_id: str | None
    source_digest: str
    digest: str
    size: int  # bytes
    name: str
    media_type: str
    sidecar_digest: str | None
    is_labelled: bool
    encoded: tuple[str, ...]
    made_at: datetime


credentials = keep(
    Credential,
    Table(
        "credentials",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), index=True),
        Column("organisation_id", Id, ForeignKey("organisations.id")),
        Column("project_id", Id, ForeignKey("projects.id"), index=True),
        Column("declaration_id", Id, ForeignKey("ai_declarations.id"), nullable=False, index=True),
        Column("declared", Integer, nullable=False),
        Column("licence_id", Id, ForeignKey("licences.id")),
        Column("source_digest", String(64), nullable=False),
        Column("digest", String(64), nullable=False, index=True),
        Column("size", BigInteger, nullable=False),
        Column("name", String(200), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("sidecar_digest", String(64)),
        Column("is_labelled", Boolean, nullable=False),
        Column("encoded", JSON, nullable=False),
        Column("made_at", Moment, nullable=False),
    ),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Which file is to be marked, and what is known of it."""

    digest: str
    name: str
    title: str
    producer: str  # code of who made it
    propagator: str  # code of who passes it on
    parent: tuple[str, str] | None = None  # digest and title of the version before
    licence: Licence | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A file that was made, and is not yet noted."""

    digest: str
    size: int
    media_type: str
    sidecar_digest: str | None
    is_labelled: bool
    encoded: tuple[str, ...]


def source_of_declaration(
    connection: Connection, declaration: AiDeclaration, digest: str = "", licence_id: str = ""
) -> Source:
    """Return the file of a declared version; digest: which of a production's version.

    Raises:
        NotFound: when the version has no such file.
        Conflict: when the licence is not of this version, or does not hold.
    """
    houses = find_where(connection, House)
    propagator = _code(find(connection, Party, houses[0].party_id)) if houses else "MStation"
    if declaration.version_id is not None:
        version = find(connection, Version, declaration.version_id)
        for each in version.files:
            if each.digest == digest or not digest:
                owner = declaration.organisation_id or ""
                return Source(each.digest, each.name, each.name, owner, propagator)
        raise NotFound("the version has no such file", zh="该版本没有此文件")
    assert declaration.asset_version_id is not None
    assert declaration.party_id is not None
    asset_version = find(connection, AssetVersion, declaration.asset_version_id)
    asset = find(connection, Asset, asset_version.asset_id)
    producer = _code(find(connection, Party, declaration.party_id))
    return Source(
        asset_version.digest, asset_version.name, asset.title, producer, propagator,
        _parent(connection, asset, asset_version),
        _licence(connection, asset_version, licence_id),
    )  # fmt: skip


def _parent(connection: Connection, asset: Asset, version: AssetVersion) -> tuple[str, str] | None:
    told = {"asset_id": asset.id, "number": version.number - 1}
    for before in find_where(connection, AssetVersion, **told):
        return before.digest, f"{asset.title} v{before.number}"
    return None


def _licence(connection: Connection, version: AssetVersion, licence_id: str) -> Licence | None:
    if not licence_id:
        return None
    licence = find(connection, Licence, licence_id)
    if licence.asset_version_id != version.id or licence.state is not LicenceState.ACTIVE:
        raise Conflict(
            "the licence is not an active one of this version", zh="该许可不是此版本的有效许可"
        )
    return licence


def proof_of(station: Station, digest: str) -> Proof:
    """Return what a stored file says of itself.

    Raises:
        InvalidInput: when the file is damaged.
        NotFound: when it is not there.
    """
    anchors = anchors_of(station)
    with station.blobs.file(digest) as path:
        return apart.proof(path, type_of(path), anchors)


def anchors_of(station: Station) -> str:
    """Return the certificates in PEM on which a believed signature hangs."""
    with station.reading() as connection:
        return "".join(pem_of(each) for each in believed(connection))


def type_of(path: Path) -> str:
    """Return a file's media type, by its content."""
    with path.open("rb") as file:
        return media_type_of(file.read(HEAD_BYTES))


def mark(
    station: Station,
    declaration: AiDeclaration,
    source: Source,
    signer: Signer,
    *,
    is_marked: bool,
) -> Marked:
    """Label a file, sign it, store it, and return its digest.

    is_marked: whether people are to see or hear that a machine made it.

    Raises:
        InvalidInput: when the file is damaged.
        Unsupported: when a mark is wanted of what cannot be marked.
        NotFound: when a file is not there.
    """
    if is_marked and declaration.label is None:
        raise InvalidInput(
            "no machine had a part in it: there is nothing to mark",
            zh="未声明人工智能参与，无需标识",
        )
    with (
        station.blobs.file(source.digest) as path,
        tempfile.TemporaryDirectory(dir=station.uploads, prefix="marked-") as folder,
    ):
        media_type = type_of(path)
        labelled, encoded = path, tuple[str, ...]()
        is_labelled = declaration.label is not None and (media_type in LABELLED or is_marked)
        if is_labelled:
            labelled = Path(folder) / "labelled"
            label = _label(station, declaration, source)
            encoded = apart.labelled(path, media_type, labelled, label, is_marked=is_marked)
        out = Path(folder) / "signed"
        beside = _signed(station, declaration, source, signer, (labelled, out, media_type))
        blob = station.blobs.take(out if beside is None else _own(labelled, Path(folder)))
        sidecar = None if beside is None else station.blobs.put(beside).digest
    return Marked(blob.digest, blob.size, media_type, sidecar, is_labelled, encoded)


def _own(path: Path, folder: Path) -> Path:
    """Return a file that may be taken: not the store's own."""
    if path.parent == folder:
        return path
    own = folder / "own"
    own.write_bytes(path.read_bytes())
    return own


def _signed(
    station: Station,
    declaration: AiDeclaration,
    source: Source,
    signer: Signer,
    files: tuple[Path, Path, str],
) -> bytes | None:
    """Write the signed file; return its credentials where it cannot hold them."""
    path, out, media_type = files
    licence = source.licence
    told = {} if licence is None else {
        "policy": str(licence.policy.get("uid", "")), "digest": licence.policy_digest,
        "number": licence.number,
    }  # fmt: skip
    claim = partial(
        Claim, source.title, source_of(declaration.involvement), declaration.tools, licence=told
    )
    do = partial(sign, path, out, media_type, chain=signer.pem, key=partial(es256, signer.key))
    if source.parent is None:
        return do(claim())
    digest, title = source.parent
    with station.blobs.file(digest) as before:
        parent = Ingredient(Relationship.PARENT, title, before, type_of(before))
        return do(claim(ingredients=(parent,)))


def _label(station: Station, declaration: AiDeclaration, source: Source) -> Label:
    """Return the label: the file's own, passed on by this station; or one of its own."""
    assert declaration.label is not None
    labels = proof_of(station, source.digest).labels
    if labels:
        own = labels[0]
        return Label(
            own.label, own.producer, own.produce_id, own.reserved_1,
            source.propagator, declaration.id, own.reserved_2,
        )  # fmt: skip
    return Label(declaration.label, source.producer, declaration.produce_id or declaration.id)


def _code(party: Party) -> str:
    return _CODE.format(uscc=party.uscc) if party.uscc else party.id


def note_credential(
    change: Change, declaration: AiDeclaration, source: Source, marked: Marked
) -> Credential:
    """Note a file that was made to be passed on."""
    licence_id = None if source.licence is None else source.licence.id
    return change.add(Credential(
        new_id(), 1, declaration.party_id, declaration.organisation_id, declaration.project_id,
        declaration.id, declaration.revision, licence_id, source.digest, marked.digest,
        marked.size, source.name, marked.media_type, marked.sidecar_digest, marked.is_labelled,
        marked.encoded, change.at,
    ))  # fmt: skip
