"""A machine's part in a version, and the version's file labelled and signed to be passed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from mstation.errors import NotFound, Unsupported
from mstation.media.ai_labels import Disclosure, Involvement, notice_of, source_of
from mstation.media.proofs import Proof
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.ranges import answer_blob
from mstation.station.access import found
from mstation.station.ai_declarations import (
    MOST_TOOLS,
    AiDeclaration,
    Saying,
    Subject,
    declare,
    declare_anew,
)
from mstation.station.blobs import Blob
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.exchange.assets import Asset, AssetState, AssetVersion
from mstation.station.exchange.authority import signer_of
from mstation.station.exchange.marking import (
    Credential,
    mark,
    note_credential,
    proof_of,
    source_of_declaration,
)
from mstation.station.parties import acting_for
from mstation.station.production.versions import Version
from mstation.station.station import Station
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["provenance"])

_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The bytes", "content": {"application/octet-stream": {}}},
    206: {"description": "The range", "content": {"application/octet-stream": {}}},
    304: {"description": "Nothing new"},
}
Tool = Annotated[str, Field(min_length=1, max_length=200)]


class NewDeclaration(BaseModel):
    """What is declared of a machine's part: by which tools, under which number it was made."""

    involvement: Involvement
    tools: Annotated[list[Tool], Field(max_length=MOST_TOOLS)] = []
    produce_id: Annotated[str, Field(max_length=200)] = ""
    eu_disclosure: Disclosure = Disclosure.NONE
    evidence: Annotated[str, Field(max_length=MOST_SIGNS)] = ""

    def said(self) -> Saying:
        """Return it as the core takes it."""
        return Saying(
            self.involvement, tuple(self.tools), self.produce_id, self.eu_disclosure, self.evidence
        )


class NewCredential(BaseModel):
    """Which file is to be passed on, and how.

    digest: of a production's version, which of its files; left out: the first. licence_id: under
    which licence an asset is passed on. is_marked: whether people are to see or hear the label.
    """

    digest: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    licence_id: Annotated[str, Field(max_length=20)] = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Notices:
    """What follows from a declaration: IPTC's word for the source, and what an audience reads."""

    label: str | None
    digital_source_type: str
    notice: str
    notice_zh: str


@router.post(
    "/asset-versions/{version_id}/ai-declaration", status_code=201, response_model=AiDeclaration
)
def declare_of_asset(version_id: str, body: NewDeclaration, making: MakingHere) -> Response:
    """Declare a machine's part in an asset's version."""
    with making.station.reading() as connection:
        version = _asset_version(connection, making.actor, version_id, "ai_declarations.add")
    proof = _proof(making.station, version.digest)
    subject = Subject(party_id=version.party_id, asset_version_id=version.id)

    def make(change: Change) -> AiDeclaration:
        _asset_version(change.connection, making.actor, version_id, "ai_declarations.add")
        return declare(change, subject, body.said(), proof)

    return making.once(make)


@router.get("/asset-versions/{version_id}/ai-declaration", response_model=AiDeclaration)
def read_of_asset(version_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read what was declared of an asset's version."""
    with station.reading() as connection:
        version = find(connection, AssetVersion, version_id)
        if not _is_on_show(connection, actor, version):
            acting_for(connection, actor, version.party_id, "ai_declarations.read")
        return told(_only(find_where(connection, AiDeclaration, asset_version_id=version_id)))


@router.post("/versions/{version_id}/ai-declaration", status_code=201, response_model=AiDeclaration)
def declare_of_version(version_id: str, body: NewDeclaration, making: MakingHere) -> Response:
    """Declare a machine's part in a production's version; of several files the first is read."""
    with making.station.reading() as connection:
        version, _ = found(connection, making.actor, Version, version_id, "ai_declarations.add")
    proof = _proof(making.station, version.files[0].digest) if version.files else None
    subject = Subject(
        organisation_id=version.organisation_id, project_id=version.project_id,
        version_id=version.id,
    )  # fmt: skip

    def make(change: Change) -> AiDeclaration:
        found(change.connection, making.actor, Version, version_id, "ai_declarations.add")
        return declare(change, subject, body.said(), proof)

    return making.once(make)


@router.get("/versions/{version_id}/ai-declaration", response_model=AiDeclaration)
def read_of_version(version_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read what was declared of a production's version."""
    with station.reading() as connection:
        found(connection, actor, Version, version_id, "ai_declarations.read")
        return told(_only(find_where(connection, AiDeclaration, version_id=version_id)))


@router.get("/ai-declarations/{declaration_id}", response_model=AiDeclaration)
def read_declaration(declaration_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a declaration."""
    with station.reading() as connection:
        return told(_declaration(connection, actor, declaration_id, "ai_declarations.read"))


@router.get("/ai-declarations/{declaration_id}/notices")
def read_notices(declaration_id: str, station: StationHere, actor: ActorHere) -> Notices:
    """Read what follows from a declaration: label, source, and the notice to the audience."""
    with station.reading() as connection:
        made = _declaration(connection, actor, declaration_id, "ai_declarations.read")
    english, chinese = notice_of(made.involvement, made.eu_disclosure) or ("", "")
    return Notices(made.label, source_of(made.involvement), english, chinese)


@router.put("/ai-declarations/{declaration_id}", response_model=AiDeclaration)
def change_declaration(
    declaration_id: str,
    body: NewDeclaration,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Declare anew: all of it. Files that were made by the old one stay, and say so."""
    action = "ai_declarations.change"
    with station.reading() as connection:
        before = _declaration(connection, actor, declaration_id, action)
        digest = _digest(connection, before)
    proof = _proof(station, digest) if digest else None
    with station.change(actor) as change:
        before = _declaration(change.connection, actor, declaration_id, action)
        require_revision(before, seen)
        made = declare_anew(change, before, body.said(), proof)
    return told(made)


@router.post(
    "/ai-declarations/{declaration_id}/credentials", status_code=201, response_model=Credential
)
def make_credential(
    declaration_id: str, body: NewCredential, request: Request, making: MakingHere
) -> Response:
    """Label and sign a version's file, to be passed on."""
    station, action = making.station, "credentials.add"
    with station.reading() as connection:
        declaration = _declaration(connection, making.actor, declaration_id, action)
        source = source_of_declaration(connection, declaration, body.digest, body.licence_id)
    signer = signer_of(station, request.app.state.settings.signing)
    marked = mark(station, declaration, source, signer, is_marked=body.is_marked)

    def make(change: Change) -> Credential:
        again = _declaration(change.connection, making.actor, declaration_id, action)
        require_revision(again, declaration.revision)
        return note_credential(change, again, source, marked)

    return making.once(make)


@router.get("/ai-declarations/{declaration_id}/credentials")
def list_credentials(
    declaration_id: str, station: StationHere, actor: ActorHere
) -> list[Credential]:
    """List what was made of a version to be passed on."""
    with station.reading() as connection:
        declaration = _declaration(connection, actor, declaration_id, "credentials.read")
        return find_where(connection, Credential, declaration_id=declaration.id)


@router.get("/credentials/{credential_id}/content", response_class=Response, responses=_BYTES)
def read_credential_content(
    credential_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Read the file, labelled and signed."""
    made = _credential(station, actor, credential_id)
    return answer_blob(
        request, station.blobs, Blob(made.digest, made.size), media_type=made.media_type,
        name=made.name,
    )  # fmt: skip


@router.get("/credentials/{credential_id}/sidecar", response_class=Response, responses=_BYTES)
def read_credential_sidecar(
    credential_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Read the credentials of a file that cannot hold them."""
    made = _credential(station, actor, credential_id)
    if made.sidecar_digest is None:
        raise NotFound("its credentials are in the file", zh="凭证已内嵌于文件中，没有旁挂文件")
    size = station.blobs.size(made.sidecar_digest)
    return answer_blob(
        request, station.blobs, Blob(made.sidecar_digest, size), media_type="application/c2pa",
        name=f"{made.name}.c2pa",
    )  # fmt: skip


def _asset_version(
    connection: Connection, actor: Actor, version_id: str, action: str
) -> AssetVersion:
    version = find(connection, AssetVersion, version_id)
    acting_for(connection, actor, version.party_id, action)
    return version


def _is_on_show(connection: Connection, actor: Actor, version: AssetVersion) -> bool:
    """Return whether everybody with an account may look at a version's asset."""
    is_live = find(connection, Asset, version.asset_id).state is AssetState.LIVE
    return is_live and actor.account_id is not None and actor.scopes is None


def _declaration(
    connection: Connection, actor: Actor, declaration_id: str, action: str
) -> AiDeclaration:
    """Return a declaration that an actor may do this with: a party's, or a production's."""
    declaration = find(connection, AiDeclaration, declaration_id)
    if declaration.version_id is not None:
        found(connection, actor, Version, declaration.version_id, action)
        return declaration
    assert declaration.party_id is not None
    acting_for(connection, actor, declaration.party_id, action)
    return declaration


def _credential(station: Station, actor: Actor, credential_id: str) -> Credential:
    with station.reading() as connection:
        made = find(connection, Credential, credential_id)
        _declaration(connection, actor, made.declaration_id, "credentials.read")
    return made


def _digest(connection: Connection, declaration: AiDeclaration) -> str:
    if declaration.asset_version_id is not None:
        return find(connection, AssetVersion, declaration.asset_version_id).digest
    assert declaration.version_id is not None
    files = find(connection, Version, declaration.version_id).files
    return files[0].digest if files else ""


def _proof(station: Station, digest: str) -> Proof | None:
    """Return what a file says of itself; none where it is of no kind that could say anything."""
    try:
        return proof_of(station, digest)
    except Unsupported:
        return None


def _only(declarations: list[AiDeclaration]) -> AiDeclaration:
    for each in declarations:
        return each
    raise NotFound("nothing is declared of this version yet", zh="此版本尚无声明")
