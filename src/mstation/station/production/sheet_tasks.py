"""Rows of a sheet of tasks, planned against what the project has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from mstation.errors import InvalidInput
from mstation.station.accounts import accounts
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import EVERYWHERE, Project, members, places
from mstation.station.production.columns import folded, name_of_kind
from mstation.station.production.entities import entities
from mstation.station.production.kinds import Kind
from mstation.station.production.sheet_plan import Plan, check_revision, no_such
from mstation.station.production.sheet_reading import Values
from mstation.station.production.tasks import Task, add_tasks, edit_task, first_status
from mstation.station.production.workflow import Status, TaskType

_COLUMNS = ("start_on", "due_on", "estimate_hours", "priority")


@dataclass(slots=True)
class TaskRows:
    """What the project has, as the rows so far would leave it."""

    project: Project
    by_id: dict[str, Task]
    ids: dict[tuple[str, str], str]  # (entity, task type) → id
    entities: dict[str, dict[Kind, str]]  # label → kind → id
    types: dict[tuple[Kind, str], str]  # (of, name folded) → id
    statuses: dict[str, str]  # name folded → id
    people: dict[str, str]  # email → id, of those with a role in the project
    first_status_id: str
    plan: Plan[Task]

    @classmethod
    def of(cls, connection: Connection, project: Project) -> TaskRows:
        """Return what the project has."""
        found = find_where(connection, Task, project_id=project.id)
        types = find_where(connection, TaskType, project_id=project.id)
        statuses = find_where(connection, Status, project_id=project.id)
        return cls(
            project,
            {each.id: each for each in found},
            {(each.entity_id, each.type_id): each.id for each in found},
            _labelled(connection, project),
            {(each.of, folded(each.name)): each.id for each in types},
            {folded(each.name): each.id for each in statuses},
            _people(connection, project),
            first_status(connection, project).id,
            Plan(),
        )

    def plan_row(self, row: int, values: Values) -> None:
        """Plan what a row says, or note what is wrong with it."""
        faults: list[InvalidInput] = []
        key, before = self._named(values, faults)
        told = {name: values[name] for name in _COLUMNS if name in values}
        if told.get("priority", 0) is None:
            del told["priority"]
        self._put_status(values, told, faults)
        self._put_people(values, told, faults)
        if not faults:
            faults.extend(self._claims(row, key, values, before))
        for fault in faults:
            self.plan.faults.add_at(row, fault)
        if faults:
            return
        if before is not None:
            self.plan.change(row, before, told)
            return
        told.setdefault("status_id", self.first_status_id)
        own = (self.project.organisation_id, self.project.id)
        self.plan.add(row, Task(new_id(), 1, *own, *key, **told), ["entity_id", "type_id", *told])

    def carry_out(self, change: Change) -> None:
        """Write what was planned."""
        for before, changes in self.plan.changed:
            edit_task(change, self.project, before, **changes)
        add_tasks(change, self.plan.added)

    def _named(
        self, values: Values, faults: list[InvalidInput]
    ) -> tuple[tuple[str, str], Task | None]:
        """Return entity and task type that a row speaks of, and its task if there is one."""
        by_id = self.by_id.get(values.get("id") or "")
        if by_id is None and values.get("id") is not None:
            faults.append(no_such("task", "任务", values["id"]))
            return ("", ""), None
        names = (values.get("label"), values.get("type"))
        if by_id is not None and None in names:
            return (by_id.entity_id, by_id.type_id), by_id
        if None in names:
            faults.append(InvalidInput("label or task type is missing", zh="缺少名称或任务类型"))
            return ("", ""), None
        key = self._key(values, faults)
        if by_id is not None and not faults and key != (by_id.entity_id, by_id.type_id):
            faults.append(
                InvalidInput(
                    "the task of this ID is another's; a task stays where it was made",
                    zh="该编号的任务属于其他条目；任务不能移动",
                )
            )
        return key, by_id or self.by_id.get(self.ids.get(key, ""))

    def _key(self, values: Values, faults: list[InvalidInput]) -> tuple[str, str]:
        label, kind = values["label"], values.get("kind")
        found = self.entities.get(label, {})
        kinds = [each for each in found if kind in (None, each)]
        if not kinds:
            what, what_zh = ("entity", "条目") if kind is None else (kind, name_of_kind(kind, "zh"))
            faults.append(no_such(what, what_zh, label))
            return ("", "")
        if len(kinds) > 1:
            faults.append(
                InvalidInput(
                    f"several are called `{label}`; say which in `Kind`",
                    zh=f"有多个 `{label}`，请在「类型」中说明",
                )
            )
            return ("", "")
        type_id = self.types.get((kinds[0], folded(values["type"])))
        if type_id is None:
            kind_zh = name_of_kind(kinds[0], "zh")
            faults.append(no_such(f"{kinds[0]} task type", f"{kind_zh}任务类型", values["type"]))
        return found[kinds[0]], type_id or ""

    def _put_status(self, values: Values, told: dict[str, Any], faults: list[InvalidInput]) -> None:
        name = values.get("status")
        if name is None:
            return
        if folded(name) not in self.statuses:
            faults.append(no_such("status", "状态", name))
            return
        told["status_id"] = self.statuses[folded(name)]

    def _put_people(self, values: Values, told: dict[str, Any], faults: list[InvalidInput]) -> None:
        if "people" not in values:
            return
        emails = values["people"] or ()
        faults.extend(no_such("person", "人员", each) for each in emails if each not in self.people)
        told["assignee_ids"] = tuple(self.people[each] for each in emails if each in self.people)

    def _claims(
        self, row: int, key: tuple[str, str], values: Values, before: Task | None
    ) -> Iterable[InvalidInput]:
        claims = [self.plan.claim(row, " ".join(key))]
        if before is not None:
            claims.append(check_revision(before, values.get("revision")))
        return [fault for fault in claims if fault is not None]


def _labelled(connection: Connection, project: Project) -> dict[str, dict[Kind, str]]:
    query = select(entities.c.label, entities.c.kind, entities.c.id)
    found: dict[str, dict[Kind, str]] = {}
    for row in connection.execute(query.where(entities.c.project_id == project.id)):
        found.setdefault(row.label, {})[Kind(row.kind)] = row.id
    return found


def _people(connection: Connection, project: Project) -> dict[str, str]:
    everywhere = select(members.c.account_id).where(
        members.c.organisation_id == project.organisation_id, members.c.role.in_(EVERYWHERE)
    )
    placed = select(places.c.account_id).where(places.c.project_id == project.id)
    mine = or_(accounts.c.id.in_(everywhere), accounts.c.id.in_(placed))
    query = select(accounts.c.email, accounts.c.id).where(mine)
    return {row.email: row.id for row in connection.execute(query)}
