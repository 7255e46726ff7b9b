"""A file of the talent scheduling problem in, an instance out; or what is wrong with it, and where.

`{"name": …, "scenes": [{"duration": 2}, …], "actors": [{"name": …, "cost": 9, "scenes": [0]}, …]}`,
scenes counted from 0; other fields are left alone.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from mstation.errors import InvalidInput
from mstation.schedule.talent.instance import (
    MOST_PAID,
    Actor,
    Instance,
)

MOST_BYTES = 8_000_000
MOST_SCENES = 2_000
MOST_ACTORS = 2_000
_MOST_DIGITS = 15  # of a number, before and after its point


def read_instance(data: bytes, path: str) -> Instance:
    """Return the instance that a JSON document says; decimals become whole numbers, exactly.

    Raises:
        InvalidInput: it is no such document; the message names the file and the field.
    """
    fields = _Field(_parsed(data, path), "", path)
    scenes = fields.rows("scenes", MOST_SCENES)
    durations = [scene.amount("duration") for scene in scenes]
    actors = fields.rows("actors", MOST_ACTORS)
    costs = [actor.amount("cost") for actor in actors]
    own = [actor.scenes(len(scenes)) for actor in actors]
    names = [actor.text("name") for actor in actors]
    if twice := next((name for name in names if names.count(name) > 1), None):
        fields.refuse(f"two actors are called `{twice[:60]}`", f"有两名演员同名：`{twice[:60]}`")
    day, wage = _denominator(durations), _denominator(costs)
    if day * wage * sum(durations) * sum(costs) > MOST_PAID:
        fields.refuse(
            "costs and durations together are too large to be counted exactly; use larger units",
            "费用与时长相乘后过大，无法精确计算；请改用更大的单位",
        )
    return Instance(
        fields.text("name"),
        tuple(int(each * day) for each in durations),
        tuple(
            Actor(name, int(cost * wage), scenes)
            for name, cost, scenes in zip(names, costs, own, strict=True)
        ),
        day * wage,
    )


def _denominator(amounts: list[Fraction]) -> int:
    """Return the least power of ten that makes all of them whole."""
    denominator = 1
    while any(denominator % each.denominator for each in amounts):
        denominator *= 10
    return denominator


def _parsed(data: bytes, path: str) -> Any:
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"larger than {MOST_BYTES // 1_000_000} MB, which no such instance is",
            path=path, zh=f"超过 {MOST_BYTES // 1_000_000} MB，不会是这种算例",
        )  # fmt: skip
    try:
        return json.loads(
            data.removeprefix(b"\xef\xbb\xbf"), parse_float=Decimal, parse_constant=_no_number,
            object_pairs_hook=_once,
        )  # fmt: skip
    except (ValueError, RecursionError, ArithmeticError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InvalidInput(f"not JSON: {reason}", path=path, zh=f"不是 JSON：{reason}") from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"`{text}` is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"field `{twice[:60]}` is there twice")
    return fields


class _Field:
    """An object of the document, and where it is."""

    def __init__(self, value: Any, place: str, path: str) -> None:
        self.path, self.place = path, place
        if not isinstance(value, dict):
            self.refuse("an object `{…}` is wanted here", "这里应是对象 `{…}`")
        self.fields: dict[str, Any] = value

    def refuse(self, message: str, zh: str, field: str = "") -> NoReturn:
        place = ".".join(part for part in (self.place, field) if part)
        raise InvalidInput(
            f"`{place}`: {message}" if place else message,
            path=self.path,
            zh=f"`{place}`：{zh}" if place else zh,
        )

    def text(self, field: str) -> str:
        value = self._of(field)
        if not isinstance(value, str) or not value.strip():
            self.refuse("a name is wanted", "应填写名称", field)
        return value.strip()

    def amount(self, field: str) -> Fraction:
        """Return a number from zero, exactly as it is written."""
        value = self._of(field)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse("a number is wanted", "应为数字", field)
        if value < 0:
            self.refuse(f"{str(value)[:40]} is below zero", f"{str(value)[:40]} 小于零", field)
        whole = Decimal(value)
        if whole.adjusted() >= _MOST_DIGITS or int(whole.as_tuple().exponent) < -_MOST_DIGITS:
            self.refuse(
                f"at most {_MOST_DIGITS} digits before and after the point",
                f"小数点前后最多各 {_MOST_DIGITS} 位",
                field,
            )
        return Fraction(whole)

    def scenes(self, count: int) -> tuple[int, ...]:
        """Return the numbers of an actor's scenes, each once."""
        value = self._of("scenes")
        if not isinstance(value, list):
            self.refuse("a list of scene numbers is wanted", "应为场号列表", "scenes")
        for index, scene in enumerate(value):
            field = f"scenes[{index}]"
            if isinstance(scene, bool) or not isinstance(scene, int):
                self.refuse("a whole number is wanted", "应为整数", field)
            if not 0 <= scene < count:
                self.refuse(
                    f"no scene {str(scene)[:40]}; scenes are counted from 0 to {count - 1}",
                    f"没有第 {str(scene)[:40]} 场；场号从 0 到 {count - 1}",
                    field,
                )
        if len(set(value)) < len(value):
            twice = next(scene for scene in value if value.count(scene) > 1)
            self.refuse(f"scene {twice} is there twice", f"第 {twice} 场重复", "scenes")
        return tuple(sorted(value))

    def rows(self, field: str, most: int) -> list[_Field]:
        value = self._of(field)
        if not isinstance(value, list):
            self.refuse("a list is wanted", "应为列表", field)
        if not value and field == "scenes":
            self.refuse("there is not one scene", "一场戏也没有", field)
        if len(value) > most:
            self.refuse(f"more than {most} rows", f"超过 {most} 项", field)
        return [_Field(row, f"{field}[{index}]", self.path) for index, row in enumerate(value)]

    def _of(self, field: str) -> Any:
        if field not in self.fields:
            self.refuse("it is missing", "缺少这一项", field)
        return self.fields[field]
