"""Rows of a sheet of shots or assets, planned against what the project has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from mstation.errors import InvalidInput
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.production.columns import name_of_kind
from mstation.station.production.entities import Entity, entities
from mstation.station.production.kinds import HOLDS, Kind
from mstation.station.production.sheet_plan import Plan, check_revision, no_such
from mstation.station.production.sheet_reading import Values

_KEPT_WHEN_EMPTY = ("label", "position")  # every entity has them
_COLUMNS = ("label", "description", "position", "first_frame", "frames")


@dataclass(slots=True)
class EntityRows:
    """What the project has of a kind, as the rows so far would leave it."""

    project: Project
    kind: Kind
    by_id: dict[str, Entity]
    ids: dict[str, str]  # label → id
    above: dict[tuple[Kind, str], str]  # what may hold the kind: (kind, label) → id
    parents: dict[str, str | None]  # id → parent, of the kind
    position: int  # of the next row that says none
    plan: Plan[Entity]

    @classmethod
    def of(cls, connection: Connection, project: Project, kind: Kind) -> EntityRows:
        """Return what the project has."""
        found = find_where(connection, Entity, project_id=project.id, kind=kind)
        holders = [each for each in Kind if kind in HOLDS[each]]
        query = select(entities.c.kind, entities.c.label, entities.c.id).where(
            entities.c.project_id == project.id, entities.c.kind.in_(holders)
        )
        above = {(Kind(row.kind), row.label): row.id for row in connection.execute(query)}
        last = select(func.max(entities.c.position)).where(
            entities.c.project_id == project.id, entities.c.kind == kind
        )
        return cls(
            project,
            kind,
            {each.id: each for each in found},
            {each.label: each.id for each in found},
            above,
            {each.id: each.parent_id for each in found},
            1 + (connection.execute(last).scalar() or 0),
            Plan(),
        )

    def plan_row(self, row: int, values: Values) -> None:
        """Plan what a row says, or note what is wrong with it."""
        before = self._named(values)
        told = {name: values[name] for name in _COLUMNS if name in values}
        told = {
            name: "" if name == "description" and value is None else value
            for name, value in told.items()
            if value is not None or name not in _KEPT_WHEN_EMPTY
        }
        faults = [*self._identity_faults(row, values, before)]
        try:
            if "parent" in values:
                told["parent_id"] = self._parent(values, before)
        except InvalidInput as error:
            faults.append(error)
        for fault in faults:
            self.plan.faults.add_at(row, fault)
        if faults:
            return
        if before is None:
            self._add(row, told, values["fields"])
        else:
            self._change(row, before, told, values["fields"])

    def carry_out(self, change: Change) -> None:
        """Write what was planned."""
        for before, changes in self.plan.changed:
            change.edit(before, **changes)
        change.add_all(self.plan.added)

    def _named(self, values: Values) -> Entity | None:
        """Return the entity that a row speaks of, by its id or its label."""
        id_ = values.get("id") or self.ids.get(values.get("label") or "")
        return None if id_ is None else self.by_id.get(id_)

    def _identity_faults(
        self, row: int, values: Values, before: Entity | None
    ) -> Iterable[InvalidInput]:
        id_, label = values.get("id"), values.get("label")
        if before is None and id_ is not None:
            yield no_such(self.kind, name_of_kind(self.kind, "zh"), id_)
            return
        if before is None and label is None:
            yield InvalidInput("a label is missing", zh="缺少名称")
            return
        holder = self.ids.get(label or "")
        if before is not None and label is not None and holder not in (None, before.id):
            yield InvalidInput(f"another has the label `{label}`", zh=f"名称 `{label}` 已被占用")
        name = before.id if before is not None else f"label {label}"
        claims = [self.plan.claim(row, name)]
        if before is not None:
            claims.append(check_revision(before, values.get("revision")))
        yield from (fault for fault in claims if fault is not None)

    def _parent(self, values: Values, before: Entity | None) -> str | None:
        """Return the id of the parent that a row names; None: it names none."""
        label = values["parent"]
        if label is None:
            return None
        kind = values.get("parent_kind")
        found = [
            id_ for (above, name), id_ in self._holders(label)
            if name == label and kind in (None, above)
        ]  # fmt: skip
        if not found:
            what, what_zh = ("parent", "上级") if kind is None else (kind, name_of_kind(kind, "zh"))
            raise no_such(what, what_zh, label)
        if len(found) > 1:
            raise InvalidInput(
                f"several are called `{label}`; say which in `Parent kind`",
                zh=f"有多个 `{label}`，请在「上级类型」中说明",
            )
        self._refuse_circle(found[0], before)
        return found[0]

    def _holders(self, label: str) -> Iterable[tuple[tuple[Kind, str], str]]:
        keys = ((above, label) for above in Kind)
        return [(key, self.above[key]) for key in keys if key in self.above]

    def _refuse_circle(self, parent_id: str, before: Entity | None) -> None:
        above: str | None = parent_id
        while before is not None and above is not None:
            if above == before.id:
                raise InvalidInput("it would stand under itself", zh="不能成为自身的下级")
            above = self.parents.get(above)

    def _add(self, row: int, told: dict[str, Any], fields: dict[str, Any]) -> None:
        own = (self.project.organisation_id, self.project.id, self.kind)
        kept = {name: value for name, value in fields.items() if value is not None}
        if "position" not in told:
            told["position"] = self.position
            self.position += 1
        entity = replace(Entity(new_id(), 1, *own, told["label"], fields=kept), **told)
        self.ids[entity.label] = entity.id
        self.parents[entity.id] = entity.parent_id
        if self.kind in HOLDS[self.kind]:
            self.above[self.kind, entity.label] = entity.id
        self.plan.add(row, entity, [*told, "fields"] if kept else told)

    def _change(
        self, row: int, before: Entity, told: dict[str, Any], fields: dict[str, Any]
    ) -> None:
        if fields:
            every = {**before.fields, **fields}
            told["fields"] = {name: value for name, value in every.items() if value is not None}
        self.ids[told.get("label", before.label)] = before.id
        if "parent_id" in told:
            self.parents[before.id] = told["parent_id"]
        self.plan.change(row, before, told)
