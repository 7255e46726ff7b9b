"""Deliveries: named versions of a milestone's shots, and files for what is no shot; then checked.

A delivery is a list of what is there already: the versions are the shots' own, made by the vendor's
people. A job measures them (`delivery.check`) and says what is not as the package asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from mstation.errors import Conflict, InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change, find, find_where
from mstation.station.files import File
from mstation.station.ids import new_id
from mstation.station.jobs import clock, submit
from mstation.station.organisations import Project
from mstation.station.production.versions import Version, VersionFile
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.station.wording import MOST_SIGNS, prose
from mstation.station.work_orders.contracts import Contract, Milestone, MilestoneState, held
from mstation.station.work_orders.packages import PackageItem, WorkPackage

CHECK_JOB = "delivery.check"
_TRIES = 3
SILENCE = timedelta(days=14)  # unanswered for so long, what passed the check is paid


class Quality(StrEnum):
    """How the check of a delivery went."""

    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a vendor sends for one item: a version of the shot, or files where it is none."""

    label: str
    version_id: str | None = None
    file_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """One line of a manifest: which content is for what.

    shot_frames: how many the package asks for, without handles; None: it does not say.
    """

    label: str
    version_id: str | None
    version_number: int | None
    files: tuple[VersionFile, ...]
    frames: int | None
    head_frames: int
    shot_frames: int | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered for a milestone at once, and how its check went."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    contract_id: str
    milestone_id: str
    number: int  # from 1, of the milestone
    account_id: str | None
    made_at: datetime
    manifest: tuple[Delivered, ...]
    note: str = ""
    job_id: str | None = None
    quality: Quality = Quality.WAITING
    report: dict[str, Any] | None = None
    checked_at: datetime | None = None
    waived_by: str | None = None  # the account that takes it as it is
    waived_at: datetime | None = None
    waiver: str = ""  # why

    @property
    def is_fit(self) -> bool:
        """Whether it may be accepted: it passed, or somebody took it as it is."""
        return self.quality is Quality.PASSED or self.waived_by is not None


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """What is to be changed of a delivery; answered_in: the delivery that came after."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    milestone_id: str
    delivery_id: str
    label: str  # of the item; "": of all
    text: str
    raised_by: str | None
    raised_at: datetime
    answered_in: str | None = None


work_deliveries = keep(
    Delivery,
    Table(
        "work_deliveries",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("contract_id", Id, ForeignKey("contracts.id"), nullable=False, index=True),
        Column("milestone_id", Id, ForeignKey("milestones.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("made_at", Moment, nullable=False),
        Column("manifest", JSON, nullable=False),
        Column("note", String(MOST_SIGNS), nullable=False),
        Column("job_id", Id, ForeignKey("jobs.id")),
        Column("quality", String(16), nullable=False),
        Column("report", JSON(none_as_null=True)),
        Column("checked_at", Moment),
        Column("waived_by", Id, ForeignKey("accounts.id")),
        Column("waived_at", Moment),
        Column("waiver", String(1000), nullable=False),
        UniqueConstraint("milestone_id", "number"),
    ),
)
nonconformities = keep(
    Nonconformity,
    Table(
        "nonconformities",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("milestone_id", Id, ForeignKey("milestones.id"), nullable=False, index=True),
        Column("delivery_id", Id, ForeignKey("work_deliveries.id"), nullable=False),
        Column("label", String(200), nullable=False),
        Column("text", String(MOST_SIGNS), nullable=False),
        Column("raised_by", Id, ForeignKey("accounts.id")),
        Column("raised_at", Moment, nullable=False),
        Column("answered_in", Id, ForeignKey("work_deliveries.id")),
    ),
)


def deliver(change: Change, milestone_id: str, sent: Sequence[Sent], *, note: str = "") -> Delivery:
    """Deliver all of a milestone, and let it be checked.

    Raises:
        Conflict: when the milestone is not paid in, was accepted, or its last delivery is being
            checked or looked at.
        InvalidInput: when something is missing, is not of this work, or none of the vendor's.
    """
    milestone = held(change, milestone_id)
    _require_wanted(change.connection, milestone)
    contract = find(change.connection, Contract, milestone.contract_id)
    package = find(change.connection, WorkPackage, contract.package_id)
    manifest = _manifest(change.connection, contract, package, milestone, sent)
    before = deliveries_of(change.connection, milestone.id)
    own = (milestone.organisation_id, milestone.project_id, milestone.party_id)
    made = change.add(
        Delivery(
            new_id(), 1, *own, contract.id, milestone.id, 1 + len(before),
            change.actor.account_id, clock(change.connection), manifest,
            prose(note, "note", "说明"),
        )
    )  # fmt: skip
    for open_ in find_where(
        change.connection, Nonconformity, milestone_id=milestone.id, answered_in=None
    ):
        change.edit(open_, answered_in=made.id)
    change.edit(
        milestone, state=MilestoneState.SUBMITTED, delivery_id=made.id, submitted_at=made.made_at,
        answer_due_at=None,
    )  # fmt: skip
    project = find(change.connection, Project, contract.project_id)
    job = submit(change, project, kind=CHECK_JOB, parameters={"delivery_id": made.id}, tries=_TRIES)
    return change.edit(made, job_id=job.id)


def deliveries_of(connection: Connection, milestone_id: str) -> list[Delivery]:
    """Return the deliveries for a milestone, in order."""
    found = find_where(connection, Delivery, milestone_id=milestone_id)
    return sorted(found, key=lambda each: each.number)


def note_quality(change: Change, delivery_id: str, report: dict[str, Any]) -> Delivery:
    """Keep what a check found: `findings` of the report; the first check counts.

    From then on the time runs in which who ordered it must answer.
    """
    delivery = find(change.connection, Delivery, delivery_id)
    milestone = held(change, delivery.milestone_id)
    delivery = find(change.connection, Delivery, delivery_id)
    if delivery.quality is not Quality.WAITING:
        return delivery
    quality = Quality.FAILED if report["findings"] else Quality.PASSED
    at = clock(change.connection)
    delivery = change.edit(delivery, quality=quality, report=report, checked_at=at)
    _let_time_run(change, milestone, delivery, at)
    return delivery


def waive(change: Change, delivery: Delivery, reason: str) -> Delivery:
    """Take a delivery as it is, in one's own name, though the check found faults.

    Raises:
        Conflict: when it was not found faulty, was waived before, or is not the last.
        InvalidInput: when no reason is given.
    """
    milestone = held(change, delivery.milestone_id)
    delivery = find(change.connection, Delivery, delivery.id)
    words = prose(reason, "reason", "理由", most=1000)
    if not words or change.actor.account_id is None:
        raise InvalidInput("say why it is taken as it is", zh="请说明豁免理由")
    is_last = milestone.delivery_id == delivery.id
    if delivery.quality is not Quality.FAILED or delivery.waived_by is not None or not is_last:
        raise Conflict(
            "only the last delivery, found faulty and not waived yet, is waived",
            zh="只能豁免最近一次、质检未通过且尚未豁免的交付",
        )
    at = clock(change.connection)
    by = change.actor.account_id
    delivery = change.edit(delivery, waived_by=by, waived_at=at, waiver=words)
    _let_time_run(change, milestone, delivery, at)
    return delivery


def _let_time_run(change: Change, milestone: Milestone, delivery: Delivery, at: datetime) -> None:
    is_looked_at = milestone.state is MilestoneState.SUBMITTED
    if delivery.is_fit and is_looked_at and milestone.delivery_id == delivery.id:
        change.edit(milestone, answer_due_at=at + SILENCE)


def _require_wanted(connection: Connection, milestone: Milestone) -> None:
    if milestone.state in (MilestoneState.FUNDED, MilestoneState.CHANGES):
        return
    if milestone.state is MilestoneState.SUBMITTED and milestone.delivery_id is not None:
        last = find(connection, Delivery, milestone.delivery_id)
        if last.quality is Quality.FAILED and not last.is_fit:
            return
    raise Conflict(
        f"the milestone is {milestone.state}: nothing is delivered for it now",
        zh=f"里程碑状态为 {milestone.state}，目前不能交付",
    )


def _manifest(
    connection: Connection, contract: Contract, package: WorkPackage, milestone: Milestone,
    sent: Sequence[Sent],
) -> tuple[Delivered, ...]:  # fmt: skip
    by_label = {each.label: each for each in sent}
    wrong = set(by_label) ^ set(milestone.labels)
    if wrong or len(by_label) != len(sent):
        told = min(wrong, default=sent[0].label if sent else "")
        raise InvalidInput(
            f"`{told[:60]}`: a delivery has each item of the milestone once, and no other",
            zh=f"`{told[:60]}`：交付须含里程碑的每一项各一次，且无其他项",
        )
    items = {item.label: item for item in package.items}
    return tuple(
        _line(connection, contract, package, items[label], by_label[label])
        for label in milestone.labels
    )


def _line(
    connection: Connection, contract: Contract, package: WorkPackage, item: PackageItem, sent: Sent
) -> Delivered:
    if item.entity_id is None:
        files = tuple(_file(connection, contract, item, id_) for id_ in sent.file_ids)
        if not files or sent.version_id is not None:
            raise InvalidInput(
                f"`{item.label}` is no shot: send files for it", zh=f"`{item.label}` 请交付文件"
            )
        return Delivered(item.label, None, None, files, None, 0, item.frames)
    if sent.version_id is None or sent.file_ids:
        raise InvalidInput(
            f"`{item.label}` is a shot: send a version of it", zh=f"`{item.label}` 请交付镜头版本"
        )
    version = find(connection, Version, sent.version_id)
    is_its = (version.entity_id, version.type_id) == (item.entity_id, package.type_id)
    if not is_its or version.account_id not in contract.people_ids or not version.files:
        raise InvalidInput(
            f"`{sent.version_id}` is no version with files of {item.label} by the vendor",
            zh=f"`{sent.version_id}` 不是承制方为 {item.label} 制作的带文件版本",
        )
    return Delivered(
        item.label, version.id, version.number, version.files, version.frames,
        version.head_frames, item.frames,
    )  # fmt: skip


def _file(
    connection: Connection, contract: Contract, item: PackageItem, file_id: str
) -> VersionFile:
    file = find(connection, File, file_id)
    if file.project_id != contract.project_id or file.account_id not in contract.people_ids:
        raise InvalidInput(
            f"`{file_id}` for {item.label} is no file that the vendor brought",
            zh=f"{item.label} 的 `{file_id}` 不是承制方上传的文件",
        )
    return VersionFile(written(file.name), file.digest)
