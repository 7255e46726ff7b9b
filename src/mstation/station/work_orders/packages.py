"""Packages: shots and a kind of work, or free things, and what is asked of them; to bid on.

A package is a draft of the project's own people until it is published. Who may bid sees what its
security lets them see, never the project. Its deadline may be moved later only, and only before it
has passed: the database refuses the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from mstation.errors import Conflict, InvalidInput
from mstation.media.specification import Specification
from mstation.money import CURRENCIES
from mstation.station.accounts import written
from mstation.station.change import Change, find, find_where, hold
from mstation.station.files import File
from mstation.station.guards import guard
from mstation.station.ids import new_id
from mstation.station.jobs import clock
from mstation.station.organisations import Project
from mstation.station.parties import Party
from mstation.station.production.entities import Entity
from mstation.station.production.workflow import TaskType
from mstation.station.schema import (
    Id,
    Moment,
    keep,
    metadata,
    own_columns,
    project_columns,
)
from mstation.station.wording import MOST_SIGNS, prose

MOST_ITEMS = 2000
MOST_ROUNDS = 20
MOST_TERMS = 100_000  # signs of what an invited party accepts


class Security(StrEnum):
    """Who sees a package: every party, the invited, the invited who accepted its terms."""

    PUBLIC = "public"
    INVITED = "invited"
    NDA = "nda"


class PackageState(StrEnum):
    """Where a package stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPENED = "opened"  # its bids are read
    AWARDED = "awarded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PackageItem:
    """One thing to be made: a shot of the film, or something free: a cue, a poster."""

    label: str
    entity_id: str | None = None  # the shot's; None: no tracked one
    frames: int | None = None  # without handles
    quantity: int = 1
    unit: str = "shot"


@dataclass(frozen=True, slots=True)
class WorkPackage:
    """What is given out together; party_id is who gives it out."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    title: str
    description: str
    currency: str
    made_at: datetime
    items: tuple[PackageItem, ...] = ()
    type_id: str | None = None  # which kind of work on its shots
    specification: Specification = field(default_factory=Specification)
    security: Security = Security.PUBLIC
    terms: str = ""  # what an invited party accepts before it sees more
    terms_digest: str = field(default="", metadata={"digest_of": "terms"})
    reference_ids: tuple[str, ...] = ()  # files of the project, for the invited
    bids_due_at: datetime | None = None
    due_on: date | None = None
    rounds_most: int = 3  # of changes that may be asked for without paying more
    state: PackageState = PackageState.DRAFT

    @property
    def frames(self) -> int:
        """How many frames it has, as far as they are known; without handles."""
        return sum((item.frames or 0) * item.quantity for item in self.items)


work_packages = keep(
    WorkPackage,
    Table(
        "work_packages",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("title", String(200), nullable=False),
        Column("description", String(MOST_SIGNS), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("items", JSON, nullable=False),
        Column("type_id", Id, ForeignKey("task_types.id")),
        Column("specification", JSON, nullable=False),
        Column("security", String(16), nullable=False),
        Column("terms", Text, nullable=False),
        Column("terms_digest", String(64), nullable=False),
        Column("reference_ids", JSON, nullable=False),
        Column("bids_due_at", Moment),
        Column("due_on", Date),
        Column("rounds_most", Integer, nullable=False),
        Column("state", String(16), nullable=False),
        Index("ix_work_packages_state", "state", "bids_due_at"),
    ),
)

# The database's clock in microseconds since 1970; SQLite's knows milliseconds.
# Lines end where migrations, which spell the statements out, can hold them.
SQLITE_NOW = "\n  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000"
POSTGRESQL_NOW = "\n  CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"

guard(
    "deadline_moved",
    "the deadline of a published package may only be moved later, and only before it has passed",
    "已发布任务包的投标截止时间只能在截止前推迟",
    sqlite=(
        f"""CREATE TRIGGER deadline_moved BEFORE UPDATE OF bids_due_at ON work_packages
WHEN OLD.state <> 'draft' AND OLD.bids_due_at IS NOT NEW.bids_due_at
  AND (NEW.bids_due_at IS NULL OR NEW.bids_due_at < OLD.bids_due_at
    OR OLD.bids_due_at <={SQLITE_NOW})
BEGIN SELECT RAISE(ABORT, 'guard:deadline_moved'); END""",
    ),
    postgresql=(
        f"""CREATE FUNCTION deadline_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF OLD.state <> 'draft' AND OLD.bids_due_at IS DISTINCT FROM NEW.bids_due_at
  AND (NEW.bids_due_at IS NULL OR NEW.bids_due_at < OLD.bids_due_at
    OR OLD.bids_due_at <={POSTGRESQL_NOW}) THEN
  RAISE EXCEPTION 'guard:deadline_moved' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER deadline_moved BEFORE UPDATE ON work_packages
FOR EACH ROW EXECUTE FUNCTION deadline_moved()""",
    ),
)


def party_of_project(connection: Connection, project: Project) -> Party:
    """Return the party that gives a project's work out.

    Raises:
        Conflict: when its organisation is no party yet.
    """
    for party in find_where(connection, Party, organisation_id=project.organisation_id):
        return party
    raise Conflict(
        "the project's organisation is no party of the exchange yet; let an owner make it one",
        zh="项目所属组织尚未成为交易方，请由所有者登记",
    )


def add_package(
    change: Change, project: Project, *, title: str, currency: str,
    items: Sequence[PackageItem], **more: Any,
) -> WorkPackage:  # fmt: skip
    """Draft a package.

    more: the other fields of a package that its maker says.

    Raises:
        InvalidInput: when an item, the kind of work, a reference or the currency cannot be meant.
        Conflict: when the organisation is no party.
    """
    party = party_of_project(change.connection, project)
    own = (project.organisation_id, project.id, party.id)
    made = WorkPackage(new_id(), 1, *own, "", "", currency, change.at)
    told = {"title": title, "items": tuple(items), **more}
    return change.add(replace(made, **_checked(change.connection, project, made, told)))


def edit_package(
    change: Change, project: Project, package: WorkPackage, **changes: Any
) -> WorkPackage:
    """Change a draft; of a published package only the deadline, later.

    Raises:
        InvalidInput: as `add_package`.
        Conflict: when it was published and more is to change.
    """
    if package.state is not PackageState.DRAFT and set(changes) != {"bids_due_at"}:
        raise Conflict(
            f"the package is {package.state}: bidders rely on what it says; make another",
            zh=f"任务包状态为 {package.state}，投标方以其内容为准；请另建一个",
        )
    return change.edit(package, **_checked(change.connection, project, package, changes))


def publish(change: Change, package: WorkPackage) -> WorkPackage:
    """Offer a draft to those who may bid.

    Raises:
        Conflict: when it is no draft.
        InvalidInput: when it has no items, no terms to accept where they must be, or no deadline
            ahead.
    """
    hold(change.connection, work_packages, package.id)
    if package.state is not PackageState.DRAFT:
        raise Conflict(f"the package is {package.state} already", zh=f"任务包已是 {package.state}")
    if not package.items:
        raise InvalidInput("a package has at least one item", zh="任务包至少含一项")
    if package.security is Security.NDA and not package.terms:
        raise InvalidInput(
            "give the terms that the invited accept first", zh="请填写受邀方须先接受的保密条款"
        )
    if package.bids_due_at is None or package.bids_due_at <= clock(change.connection):
        raise InvalidInput("give a deadline that lies ahead", zh="请填写尚未到来的投标截止时间")
    return change.edit(package, state=PackageState.PUBLISHED)


def cancel_package(change: Change, package: WorkPackage) -> WorkPackage:
    """Withdraw a package that is not awarded.

    Raises:
        Conflict: when it is awarded, or was withdrawn before.
    """
    hold(change.connection, work_packages, package.id)
    if package.state in (PackageState.AWARDED, PackageState.CANCELLED):
        raise Conflict(f"the package is {package.state}", zh=f"任务包状态为 {package.state}")
    return change.edit(package, state=PackageState.CANCELLED)


_CHECKS: dict[str, Callable[[str], str]] = {
    "title": written,
    "description": lambda text: prose(text, "description", "说明"),
    "terms": lambda text: prose(text, "text of the terms", "条款", most=MOST_TERMS),
}


def _checked(
    connection: Connection, project: Project, package: WorkPackage, told: dict[str, Any]
) -> dict[str, Any]:
    """Return what a package is told, checked."""
    made: dict[str, Any] = {
        name: _CHECKS[name](value) if name in _CHECKS else value for name, value in told.items()
    }
    if "terms" in made:
        digest = hashlib.sha256(made["terms"].encode()).hexdigest()
        made["terms_digest"] = digest if made["terms"] else ""
    after = replace(package, **made)
    if after.currency not in CURRENCIES:
        raise InvalidInput(
            f"`{after.currency[:10]}` is no currency that is known", zh="未知货币，请用 ISO 4217"
        )
    if not 0 <= after.rounds_most <= MOST_ROUNDS or len(after.items) > MOST_ITEMS:
        raise InvalidInput(
            f"at most {MOST_ITEMS} items and {MOST_ROUNDS} rounds of changes",
            zh=f"最多 {MOST_ITEMS} 项、{MOST_ROUNDS} 轮修改",
        )
    _check_items(connection, project, after)
    for file_id in after.reference_ids:
        _require_of_project(find(connection, File, file_id), project)
    return made


def _check_items(connection: Connection, project: Project, package: WorkPackage) -> None:
    labels = [written(item.label, "label", "标签") for item in package.items]
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise InvalidInput(f"`{twice[:60]}` stands there twice", zh=f"`{twice[:60]}` 重复")
    kind = None
    if package.type_id is not None:
        task_type = find(connection, TaskType, package.type_id)
        _require_of_project(task_type, project)
        kind = task_type.of
    for item in package.items:
        if item.quantity < 1 or (item.frames is not None and item.frames < 1):
            raise InvalidInput(
                f"`{item.label[:60]}` has at least one frame and is asked for once or more",
                zh=f"`{item.label[:60]}` 的帧数与数量至少为 1",
            )
        if item.entity_id is None:
            continue
        entity = find(connection, Entity, item.entity_id)
        _require_of_project(entity, project)
        if kind is None or entity.kind is not kind:
            raise InvalidInput(
                f"`{entity.label}` is a {entity.kind}: say which kind of work on it",
                zh=f"`{entity.label}` 是 {entity.kind}，请指明对它的工序",
            )


def _require_of_project(noun: File | Entity | TaskType, project: Project) -> None:
    if noun.project_id != project.id:
        raise InvalidInput(
            f"`{noun.id}` belongs to another project", zh=f"`{noun.id}` 属于另一项目"
        )
