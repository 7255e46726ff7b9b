"""A project's own fields: what it wants to know of its shots or assets beyond what all films do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.production.columns import is_heading
from mstation.station.production.kinds import Kind
from mstation.station.schema import keep, metadata, own_columns, project_columns
from mstation.station.wording import prose

MOST_FIELDS, MOST_CHOICES = 100, 500  # of a kind, of a field
_MOST_SIGNS = 2000
_BIGGEST = 10**15  # still exact in JavaScript


class FieldType(StrEnum):
    """What a field's values are."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field of a kind of entity; its name is the key in `Entity.fields`."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    of: Kind
    name: str
    type: FieldType
    choices: tuple[str, ...] = ()
    position: int = 0


fields = keep(
    CustomField,
    Table(
        "fields",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("of", String(16), nullable=False),
        Column("name", String(200), nullable=False),
        Column("type", String(16), nullable=False),
        Column("choices", JSON, nullable=False),
        Column("position", Integer, nullable=False),
        UniqueConstraint("project_id", "of", "name"),
    ),
)


def add_field(
    change: Change,
    project: Project,
    *,
    of: Kind,
    name: str,
    type_: FieldType,
    choices: tuple[str, ...] = (),
    position: int = 0,
) -> CustomField:
    """Give the entities of a kind one more field.

    Raises:
        InvalidInput: when its name heads another column of a sheet, when choices are missing or
            too many, or when the kind has fields enough.
        Conflict: when the kind has a field of that name.
    """
    if is_heading(name):
        raise InvalidInput(
            f"`{name}` heads another column of the sheets; choose another name",
            zh=f"`{name}` 已是表格中其他列的标题，请换一个名称",
        )
    if len(fields_of(change.connection, project.id, of)) >= MOST_FIELDS:
        raise InvalidInput(
            f"a kind has at most {MOST_FIELDS} fields", zh=f"每个类型最多 {MOST_FIELDS} 个字段"
        )
    own = (project.organisation_id, project.id)
    kept = _choices(type_, choices)
    return change.add(CustomField(new_id(), 1, *own, of, written(name), type_, kept, position))


def fields_of(connection: Connection, project_id: str, of: Kind) -> tuple[CustomField, ...]:
    """Return the fields of a kind of entity, in order."""
    found = find_where(connection, CustomField, project_id=project_id, of=of)
    return tuple(sorted(found, key=lambda each: (each.position, each.id)))


def check_fields(
    connection: Connection, project_id: str, kind: Kind, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of an entity's fields as they are kept.

    Raises:
        InvalidInput: when the project has no such field, or it takes no such value.
    """
    if not values:
        return {}
    return checked(fields_of(connection, project_id, kind), values)


def checked(known: Sequence[CustomField], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they are kept, in the order of their fields; none are left out.

    Raises:
        InvalidInput: when there is no such field, or it takes no such value.
    """
    unknown = sorted(set(values) - {each.name for each in known})
    if unknown:
        raise InvalidInput(
            f"there is no field `{unknown[0][:40]}`; make it first",
            zh=f"没有字段 `{unknown[0][:40]}`，请先创建",
        )
    told = ((each, values[each.name]) for each in known if values.get(each.name) is not None)
    return {each.name: _TAKES[each.type](each, value) for each, value in told}


def check_choices(field: CustomField, choices: tuple[str, ...], used: set[Any]) -> tuple[str, ...]:
    """Return a field's new choices.

    Raises:
        InvalidInput: when it takes none, or one that is used would be gone.
    """
    kept = _choices(field.type, choices)
    gone = sorted(str(each) for each in used - set(kept))
    if gone:
        raise InvalidInput(
            f"`{gone[0][:40]}` is chosen somewhere; choose something else there first",
            zh=f"选项 `{gone[0][:40]}` 仍在使用，请先改选其他值",
        )
    return kept


def _choices(type_: FieldType, choices: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(written(each, "choice", "选项") for each in choices))
    if bool(kept) != (type_ is FieldType.CHOICE) or len(kept) > MOST_CHOICES:
        raise InvalidInput(
            f"a field of choices has 1 to {MOST_CHOICES} of them, another field none",
            zh=f"选择字段应有 1 到 {MOST_CHOICES} 个选项，其他字段没有选项",
        )
    return kept


def _text(field: CustomField, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(field, value, "text", "文本")
    return prose(value, f"`{field.name}`", f"`{field.name}`", most=_MOST_SIGNS)


def _number(field: CustomField, value: Any) -> int | float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or abs(value) > _BIGGEST:
        raise _wrong(field, value, "a number", "数字")
    number: int | float = value
    return number


def _choice(field: CustomField, value: Any) -> str:
    if value not in field.choices:
        listed = ", ".join(field.choices[:10])
        raise _wrong(field, value, f"one of: {listed}", f"以下之一：{listed}")
    return str(value)


def _date(field: CustomField, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise _wrong(field, value, "a date like 2026-05-31", "日期，如 2026-05-31") from error


def _flag(field: CustomField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, value, "true or false", "是或否")
    return value


_TAKES: dict[FieldType, Callable[[CustomField, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.CHOICE: _choice,
    FieldType.DATE: _date,
    FieldType.FLAG: _flag,
}


def _wrong(field: CustomField, value: Any, takes: str, takes_zh: str) -> InvalidInput:
    told = str(value)[:40]
    return InvalidInput(
        f"the field `{field.name}` takes {takes}, not `{told}`",
        zh=f"字段 `{field.name}` 应为{takes_zh}，而不是 `{told}`",
    )
