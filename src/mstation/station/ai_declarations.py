"""What was declared of a machine's part in a version: one answer, from which all labels follow.

An asset's version and a production's version have one declaration each. What it says may change;
the events tell what it said before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
    select,
)

from mstation.errors import InvalidInput
from mstation.media.ai_labels import (
    GENERATED_SOURCES,
    Certainty,
    Disclosure,
    Involvement,
    Label,
    certainty_of,
)
from mstation.media.proofs import Proof
from mstation.station.accounts import written
from mstation.station.change import Change
from mstation.station.ids import new_id
from mstation.station.production.versions import versions
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.wording import MOST_SIGNS, prose

MOST_TOOLS = 20


@dataclass(frozen=True, slots=True)
class AiDeclaration:
    """A machine's part in a version.

    Of an asset's version (party_id, asset_version_id) or of a production's (organisation_id,
    project_id, version_id). label: by GB 45438-2025; None: it needs none.
    """

    id: str
    revision: int
    party_id: str | None
    asset_version_id: str | None
    organisation_id: str | None
    project_id: str | None
    version_id: str | None
    involvement: Involvement
    tools: tuple[str, ...]
    produce_id: str
    label: Certainty | None
    eu_disclosure: Disclosure
    evidence: str
    account_id: str | None
    declared_at: datetime


ai_declarations = keep(
    AiDeclaration,
    Table(
        "ai_declarations",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), index=True),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id")),
        Column("organisation_id", Id, ForeignKey("organisations.id")),
        Column("project_id", Id, ForeignKey("projects.id"), index=True),
        Column("version_id", Id, ForeignKey("versions.id")),
        Column("involvement", String(16), nullable=False),
        Column("tools", JSON, nullable=False),
        Column("produce_id", String(200), nullable=False),
        Column("label", String(1)),
        Column("eu_disclosure", String(16), nullable=False),
        Column("evidence", String(MOST_SIGNS), nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("declared_at", Moment, nullable=False),
        UniqueConstraint("asset_version_id"),
        UniqueConstraint("version_id"),
        CheckConstraint("(asset_version_id IS NULL) <> (version_id IS NULL)", name="one_version"),
    ),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Of which version something is declared: an asset's, or a production's."""

    party_id: str | None = None
    asset_version_id: str | None = None
    organisation_id: str | None = None
    project_id: str | None = None
    version_id: str | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """What is declared."""

    involvement: Involvement
    tools: tuple[str, ...] = ()
    produce_id: str = ""
    eu_disclosure: Disclosure = Disclosure.NONE
    evidence: str = ""


def declare(change: Change, subject: Subject, saying: Saying, found: Proof | None) -> AiDeclaration:
    """Declare a machine's part in a version; found: what its file says of itself.

    Raises:
        InvalidInput: when tools are named of what no machine made, or words cannot be kept.
        Conflict: when it is declared already.
    """
    own = (
        subject.party_id, subject.asset_version_id, subject.organisation_id, subject.project_id,
        subject.version_id,
    )  # fmt: skip
    told = _said(saying, found)
    return change.add(AiDeclaration(
        new_id(), 1, *own, **told, account_id=change.actor.account_id, declared_at=change.at
    ))  # fmt: skip


def declare_anew(
    change: Change, declaration: AiDeclaration, saying: Saying, found: Proof | None
) -> AiDeclaration:
    """Change what was declared.

    Raises:
        InvalidInput: when tools are named of what no machine made, or words cannot be kept.
        Stale: when somebody else changed it since it was read.
    """
    told = _said(saying, found)
    return change.edit(
        declaration, **told, account_id=change.actor.account_id, declared_at=change.at
    )


def declared_of(own: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition under which a declaration is of somebody's own version.

    own: which versions these are, a condition on `versions`.
    """
    mine = select(versions.c.id).where(own)
    return ai_declarations.c.version_id.in_(mine)


def _said(saying: Saying, found: Proof | None) -> dict[str, Any]:
    if saying.tools and saying.involvement is Involvement.NONE:
        raise InvalidInput(
            "tools are named, and no machine had a part; say which part, or name none",
            zh="已列出工具，但声明为无人工智能参与；请说明参与程度或移除工具",
        )
    if len(saying.tools) > MOST_TOOLS:
        raise InvalidInput(f"at most {MOST_TOOLS} tools", zh=f"最多 {MOST_TOOLS} 个工具")
    Label(Certainty.IS, "", saying.produce_id)  # refuses what no file can hold
    return {
        "involvement": saying.involvement,
        "tools": tuple(written(each, "tool", "工具") for each in saying.tools),
        "produce_id": saying.produce_id,
        "label": _certainty(saying, found),
        "eu_disclosure": saying.eu_disclosure,
        "evidence": prose(saying.evidence, "evidence", "依据"),
    }


def _certainty(saying: Saying, found: Proof | None) -> Certainty | None:
    """Return how the version is to be labelled, by what is said and by what its file says."""
    label = found.labels[0] if found is not None and found.labels else None
    is_traced = found is not None and (
        found.is_traced or any(each in GENERATED_SOURCES for each in found.source_types)
    )
    return certainty_of(
        saying.involvement, produced=bool(saying.produce_id), label=label, is_traced=is_traced
    )
