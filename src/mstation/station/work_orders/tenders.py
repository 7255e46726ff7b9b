"""What parties see of a package: invitations, terms accepted, questions answered to all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    or_,
    select,
)

from mstation.errors import Conflict, Forbidden, InvalidInput
from mstation.media.specification import Specification
from mstation.station.change import Change, find, find_where, missing
from mstation.station.ids import new_id
from mstation.station.jobs import clock
from mstation.station.parties import Party
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.station.wording import MOST_SIGNS, prose
from mstation.station.work_orders.packages import (
    PackageItem,
    PackageState,
    Security,
    WorkPackage,
    work_packages,
)


@dataclass(frozen=True, slots=True)
class PackageGrant:
    """A party that was invited to bid; its id stands in every picture that it is shown.

    accepted_digest: SHA-256 of the terms that it accepted; "": none.
    """

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    package_id: str
    granted_at: datetime
    accepted_digest: str = field(default="", metadata={"digest_of": "the terms"})
    accepted_by: str | None = None  # the account
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PackageQuestion:
    """What a bidder asked; who, the others are not told."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    package_id: str
    text: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer, as all bidders see them."""

    id: str
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tender:
    """A package as one party sees it; what it may not see yet is empty.

    terms: what it must accept to see more.
    """

    id: str
    revision: int
    title: str
    buyer: str
    state: PackageState
    security: Security
    currency: str
    bids_due_at: datetime | None
    due_on: date | None
    item_count: int
    frames: int
    is_invited: bool
    is_whole: bool
    terms: str
    terms_digest: str
    description: str = ""
    items: tuple[PackageItem, ...] = ()
    specification: Specification | None = None
    rounds_most: int | None = None
    reference_ids: tuple[str, ...] = ()


package_grants = keep(
    PackageGrant,
    Table(
        "package_grants",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("package_id", Id, ForeignKey("work_packages.id"), nullable=False),
        Column("granted_at", Moment, nullable=False),
        Column("accepted_digest", String(64), nullable=False),
        Column("accepted_by", Id, ForeignKey("accounts.id")),
        Column("accepted_at", Moment),
        UniqueConstraint("package_id", "party_id"),
    ),
)
package_questions = keep(
    PackageQuestion,
    Table(
        "package_questions",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("package_id", Id, ForeignKey("work_packages.id"), nullable=False),
        Column("text", String(MOST_SIGNS), nullable=False),
        Column("asked_at", Moment, nullable=False),
        Column("answer", Text, nullable=False),
        Column("answered_at", Moment),
        Index("ix_package_questions_package", "package_id", "id"),
    ),
)

_OPEN = (PackageState.PUBLISHED, PackageState.OPENED, PackageState.AWARDED, PackageState.CANCELLED)


def invite(change: Change, package: WorkPackage, party: Party) -> PackageGrant:
    """Invite a party to bid.

    Raises:
        Conflict: when it was invited before, or gives the package out itself.
    """
    if party.id == package.party_id:
        raise Conflict("nobody bids on what they give out", zh="发包方不能投自己的标")
    own = (package.organisation_id, package.project_id, party.id, package.id)
    return change.add(PackageGrant(new_id(), 1, *own, change.at))


def grant_of(connection: Connection, package: WorkPackage, party_id: str) -> PackageGrant | None:
    """Return the invitation of a party; None: it was not invited."""
    found = find_where(connection, PackageGrant, package_id=package.id, party_id=party_id)
    return found[0] if found else None


def accept_terms(change: Change, package: WorkPackage, party: Party, digest: str) -> PackageGrant:
    """Accept the terms of a package in a party's name, by their SHA-256.

    Raises:
        NotFound: when the party cannot see the package.
        InvalidInput: when the digest is another text's.
    """
    require_seen(change.connection, package, party.id)
    grant = grant_of(change.connection, package, party.id)
    if grant is None or digest != package.terms_digest:
        raise InvalidInput(
            "that is not the digest of these terms; read them again, then accept them",
            zh="摘要与条款不符；请重新阅读后再接受",
        )
    by = change.actor.account_id
    return change.edit(grant, accepted_digest=digest, accepted_by=by, accepted_at=change.at)


def seen_by(party_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `work_packages` is offered to a party."""
    invited = select(package_grants.c.package_id).where(package_grants.c.party_id == party_id)
    offered = work_packages.c.state.in_(_OPEN) & (work_packages.c.party_id != party_id)
    is_public = work_packages.c.security == Security.PUBLIC
    return offered & or_(is_public, work_packages.c.id.in_(invited))


def require_seen(connection: Connection, package: WorkPackage, party_id: str) -> None:
    """Refuse a party that the package is not offered to.

    Raises:
        NotFound: when it is not: nobody learns that it is there.
    """
    mine = select(work_packages.c.id).where(work_packages.c.id == package.id, seen_by(party_id))
    if connection.execute(mine).first() is None:
        raise missing(WorkPackage, package.id)


def is_whole(package: WorkPackage, grant: PackageGrant | None) -> bool:
    """Return whether a party may see all of a package that it may see."""
    if package.security is not Security.NDA:
        return True
    return grant is not None and grant.accepted_digest == package.terms_digest


def require_whole(connection: Connection, package: WorkPackage, party_id: str) -> None:
    """Refuse a party that has not accepted the terms.

    Raises:
        NotFound: when the package is not offered to it.
        Forbidden: when it must accept the terms first.
    """
    require_seen(connection, package, party_id)
    if not is_whole(package, grant_of(connection, package, party_id)):
        raise Forbidden("accept the package's terms first", zh="请先接受任务包的保密条款")


def tender_for(connection: Connection, package: WorkPackage, party_id: str) -> Tender:
    """Return a package as a party sees it.

    Raises:
        NotFound: when it is not offered to it.
    """
    require_seen(connection, package, party_id)
    grant = grant_of(connection, package, party_id)
    whole = is_whole(package, grant)
    told = Tender(
        package.id, package.revision, package.title,
        find(connection, Party, package.party_id).name, package.state, package.security,
        package.currency, package.bids_due_at, package.due_on, len(package.items), package.frames,
        grant is not None, whole, "" if whole else package.terms, package.terms_digest,
    )  # fmt: skip
    if not whole:
        return told
    return Tender(
        **{name: getattr(told, name) for name in told.__slots__ if name not in _WHOLE},
        description=package.description,
        items=tuple(_unbound(item) for item in package.items),
        specification=package.specification,
        rounds_most=package.rounds_most,
        reference_ids=package.reference_ids if grant is not None else (),
    )


_WHOLE = ("description", "items", "specification", "rounds_most", "reference_ids")


def ask_question(change: Change, package: WorkPackage, party: Party, text: str) -> PackageQuestion:
    """Ask about a package in a party's name; all bidders will read it.

    Raises:
        NotFound: when the party cannot see the package.
        Forbidden: when it must accept the terms first.
        Conflict: when the deadline has passed.
        InvalidInput: when nothing is asked.
    """
    require_whole(change.connection, package, party.id)
    if package.bids_due_at is None or clock(change.connection) >= package.bids_due_at:
        raise Conflict("the deadline has passed", zh="投标已截止")
    asked = prose(text, "question", "问题")
    if not asked:
        raise InvalidInput("a question has words", zh="问题不能为空")
    own = (package.organisation_id, package.project_id, party.id, package.id)
    return change.add(PackageQuestion(new_id(), 1, *own, asked, change.at))


def answer_question(change: Change, question: PackageQuestion, text: str) -> PackageQuestion:
    """Answer a question to all bidders; an answer may be put right.

    Raises:
        InvalidInput: when nothing is said.
    """
    answer = prose(text, "answer", "回答")
    if not answer:
        raise InvalidInput("an answer has words", zh="回答不能为空")
    return change.edit(question, answer=answer, answered_at=change.at)


def questions_of(connection: Connection, package: WorkPackage) -> list[Answered]:
    """Return what was asked about a package, in order, without who asked."""
    found = find_where(connection, PackageQuestion, package_id=package.id)
    return [Answered(q.id, q.text, q.asked_at, q.answer, q.answered_at) for q in found]


def _unbound(item: PackageItem) -> PackageItem:
    """Return an item without the project's own id of it."""
    return PackageItem(item.label, None, item.frames, item.quantity, item.unit)
