"""Credits: what people worked on; who attests it is the production, and only for what it read.

An attestation is of a content, by its digest. Where the credit changes it is void; where the
production takes it back, that stays to be seen. What somebody says of themselves is never shown as
attested.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, func, select

from mstation.errors import Conflict, InvalidInput, NotFound, Stale
from mstation.station.accounts import written
from mstation.station.canonical import digest_of
from mstation.station.change import Change, find, find_where, hold
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.parties import Party, parties
from mstation.station.production.time_logs import time_logs
from mstation.station.schema import (
    Id,
    Moment,
    keep,
    metadata,
    noun_of,
    own_columns,
    project_columns,
)
from mstation.station.talent.people import Person
from mstation.station.talent.vocabulary import role_named

FIRST_YEAR, LAST_YEAR = 1880, 2200
CONTENT = ("role_code", "role_title", "work_title", "work_title_zh", "year_from", "year_to")


class Attested(StrEnum):
    """By whom a credit is known: themselves, a list, the production, or its log of work here."""

    SELF = "self"
    IMPORTED = "imported"
    PRODUCER = "producer"
    WORK_LOG = "work_log"


class AttestationState(StrEnum):
    """Whether an attestation still stands."""

    STANDS = "stands"
    WITHDRAWN = "withdrawn"  # by the production
    VOID = "void"  # the credit says something else now, or is gone


@dataclass(frozen=True, slots=True)
class Credit:
    """What somebody did on a work.

    attestation: never told by those who write it. asked_id: the party that is asked to attest it.
    """

    id: str
    revision: int
    party_id: str
    person_id: str
    role_code: str
    role_title: str  # as the credits of the work say it
    work_title: str
    work_title_zh: str
    year_from: int
    year_to: int | None  # none: it goes on
    attestation: Attested = Attested.SELF
    asked_id: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of what is attested, and of whom."""
        told = {"person_id": self.person_id} | {name: getattr(self, name) for name in CONTENT}
        return digest_of(told)


@dataclass(frozen=True, slots=True)
class Attestation:
    """A production's word for a credit, as it then was; `content_digest` says of what."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str  # whose credit it is
    credit_id: str
    kind: Attested
    content_digest: str = field(metadata={"digest_of": "the credit"})
    state: AttestationState
    made_by: str
    made_at: datetime
    reason: str = ""  # why it was withdrawn
    ended_at: datetime | None = None


credits_ = keep(
    Credit,
    Table(
        "credits",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
        Column("role_code", String(60), nullable=False),
        Column("role_title", String(200), nullable=False),
        Column("work_title", String(200), nullable=False),
        Column("work_title_zh", String(200), nullable=False),
        Column("year_from", Integer, nullable=False),
        Column("year_to", Integer),
        Column("attestation", String(16), nullable=False),
        Column("asked_id", Id, ForeignKey("parties.id"), index=True),
    ),
)
_STANDING = Column("state", String(16), nullable=False)
_OF_CREDIT = Column("credit_id", Id, nullable=False, index=True)  # stays when the credit is gone
attestations = keep(
    Attestation,
    Table(
        "attestations",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        _OF_CREDIT,
        Column("kind", String(16), nullable=False),
        Column("content_digest", String(64), nullable=False),
        _STANDING,
        Column("made_by", Id, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("reason", String(200), nullable=False),
        Column("ended_at", Moment),
        Index(
            "ix_attestations_standing",
            _OF_CREDIT,
            unique=True,
            sqlite_where=_STANDING == AttestationState.STANDS,
            postgresql_where=_STANDING == AttestationState.STANDS,
        ),
    ),
)


def add_credit(
    change: Change, person: Person, *, attestation: Attested = Attested.SELF, **told: Any
) -> Credit:
    """Note what somebody worked on, as they or a list say it.

    Raises:
        InvalidInput: when the role, the title or the years cannot be.
        ValueError: when it would be attested by being written.
    """
    if attestation not in (Attested.SELF, Attested.IMPORTED):
        raise ValueError("only a production attests")
    made = _checked(
        change.connection,
        Credit(new_id(), 1, person.party_id, person.id, **{**_NOTHING, **told}),
    )
    return change.add(replace(made, attestation=attestation))


def edit_credit(change: Change, credit: Credit, **told: Any) -> Credit:
    """Change what a credit says; what was attested before is void where the content is another.

    Raises:
        InvalidInput: when the role, the title or the years cannot be.
        Stale: when it was changed since it was read.
    """
    after = _checked(change.connection, replace(credit, **told))
    values = {name: getattr(after, name) for name in (*CONTENT, "asked_id")}
    if after.digest != credit.digest:
        _end(change, credit, AttestationState.VOID)
        values["attestation"] = Attested.SELF
    return change.edit(credit, **values)


def remove_credit(change: Change, credit: Credit) -> None:
    """Take a credit back; an attestation of it is void.

    Raises:
        Stale: when it was changed since it was read.
    """
    _end(change, credit, AttestationState.VOID)
    change.remove(credit)


def attest(change: Change, project: Project, credit: Credit, *, digest: str) -> Attestation:
    """Say for a production that a credit is true, as it was read.

    digest: of the content that the producer read.

    Raises:
        Stale: when it says something else now.
        Conflict: when it is attested already.
    """
    hold(change.connection, credits_, credit.id)
    credit = find(change.connection, Credit, credit.id)
    if digest != credit.digest:
        raise Stale(
            "the credit says something else than what you read; read it again",
            zh="该履历已被修改，与您读到的内容不同，请重新查看",
        )
    return _attested(change, project, credit, Attested.PRODUCER)


def withdraw_attestation(change: Change, attestation: Attestation, *, reason: str) -> Attestation:
    """Take a production's word back; that it was given, and why it was taken back, stays.

    Raises:
        InvalidInput: when no reason is told.
        Conflict: when it does not stand any more.
    """
    told = written(reason, "reason", "理由")
    if attestation.state is not AttestationState.STANDS:
        raise Conflict("this attestation stands no more", zh="该证明已不再有效")
    hold(change.connection, credits_, attestation.credit_id)
    credit = find(change.connection, Credit, attestation.credit_id)
    change.edit(credit, attestation=Attested.SELF)
    return change.edit(
        attestation, state=AttestationState.WITHDRAWN, reason=told, ended_at=change.at
    )


def credit_from_work(
    change: Change, person: Person, account_id: str, project: Project, *, role_code: str
) -> Credit:
    """Note what somebody worked on here, as the production's log of work shows it: attested by it.

    Raises:
        NotFound: when they logged no work on it.
        InvalidInput: when the role is none of the vocabulary.
    """
    days = select(func.min(time_logs.c.day), func.max(time_logs.c.day)).where(
        time_logs.c.project_id == project.id, time_logs.c.account_id == account_id
    )
    first, last = change.connection.execute(days).one()
    if first is None:
        raise NotFound(
            "there is no work of yours in the logs of this project",
            zh="该项目的工时记录中没有您的工作",
        )
    credit = add_credit(
        change, person, role_code=role_code, work_title=project.name, year_from=first.year,
        year_to=last.year,
    )  # fmt: skip
    return logged(change, project, credit)


def logged(change: Change, project: Project, credit: Credit) -> Credit:
    """Attest a credit by what the station itself saw of the work, and return it."""
    _attested(change, project, credit, Attested.WORK_LOG)
    return find(change.connection, Credit, credit.id)


def attestations_of(connection: Connection, credit_ids: list[str]) -> list[Attestation]:
    """Return what productions said of credits, also what they took back, the oldest first."""
    query = attestations.select().where(attestations.c.credit_id.in_(credit_ids))
    rows = connection.execute(query.order_by(attestations.c.made_at, attestations.c.id)).mappings()
    return [noun_of(Attestation, dict(row)) for row in rows]


def asked_of(connection: Connection, organisation_id: str) -> list[Credit]:
    """Return the credits that people ask an organisation to attest, by id."""
    asked = select(parties.c.id).where(parties.c.organisation_id == organisation_id)
    query = credits_.select().where(credits_.c.asked_id.in_(asked)).order_by(credits_.c.id)
    return [noun_of(Credit, dict(row)) for row in connection.execute(query).mappings()]


def _attested(change: Change, project: Project, credit: Credit, kind: Attested) -> Attestation:
    own = (project.organisation_id, project.id, credit.party_id, credit.id)
    made = change.add(
        Attestation(
            new_id(), 1, *own, kind, credit.digest, AttestationState.STANDS,
            change.actor.account_id or change.actor.id, change.at,
        )
    )  # fmt: skip
    change.edit(credit, attestation=kind)
    return made


def _end(change: Change, credit: Credit, state: AttestationState) -> None:
    """End what stands of a credit."""
    hold(change.connection, credits_, credit.id)
    standing = find_where(
        change.connection, Attestation, credit_id=credit.id, state=AttestationState.STANDS
    )
    for each in standing:
        change.edit(each, state=state, ended_at=change.at)


_NOTHING: dict[str, Any] = {
    "role_title": "", "work_title": "", "work_title_zh": "", "year_to": None,
}  # fmt: skip


def _checked(connection: Connection, credit: Credit) -> Credit:
    titles: dict[str, Any] = {
        name: written(getattr(credit, name), "title", "标题") if getattr(credit, name) else ""
        for name in ("role_title", "work_title", "work_title_zh")
    }
    if not titles["work_title"] and not titles["work_title_zh"]:
        raise InvalidInput("a credit names the work", zh="请填写作品名称")
    years = (credit.year_from, credit.year_to or credit.year_from)
    if not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
        raise InvalidInput(
            f"the years of a credit go from {FIRST_YEAR} on, the first before the last",
            zh=f"年份应从 {FIRST_YEAR} 年起，且起始不晚于结束",
        )
    asked = None if credit.asked_id is None else find(connection, Party, credit.asked_id)
    if asked is not None and asked.organisation_id is None:
        raise InvalidInput("an organisation attests, no person", zh="只能请组织证明履历")
    return replace(credit, role_code=role_named(credit.role_code).code, **titles)
