"""Policies: what may be done, what must not, what is owed for it; JSON-LD in and out.

A policy is ODRL 2.2 in the closed profile of `profile.toml`: a term that is not in it is refused by
name, so that no permission or limit is ever overlooked. What a policy is, is its digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from mstation.errors import InvalidInput
from mstation.station.exchange.profile import (
    CONTEXT,
    PROFILE,
    Sort,
    actions,
    duties,
    operands,
)
from mstation.station.exchange.terms import MOST_COUNTED, RightKind
from mstation.station.exchange.territories import countries_of

MOST_RULES = 16  # of a policy, and constraints of a rule
_MOST_WORD = 200  # signs

Value = str | int | datetime


class PolicyKind(StrEnum):
    """What a policy is: nobody's yet, somebody's offer, or agreed between two."""

    SET = "Set"
    OFFER = "Offer"
    AGREEMENT = "Agreement"


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a rule hangs on: `spatial isAnyOf (NL, DE)`."""

    left: str
    operator: str
    right: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed for a permission; `said` by operand, sums with their currency: `CNY 100.00`."""

    action: str
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Some actions that are allowed, or forbidden, where every constraint holds."""

    actions: tuple[str, ...]
    constraints: tuple[Constraint, ...] = ()
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be done with a target, what must not, and what is owed for it in any case."""

    uid: str
    kind: PolicyKind = PolicyKind.SET
    right_kind: RightKind = RightKind.COPYRIGHT
    target: str = ""
    assigner: str = ""
    assignee: str = ""
    permissions: tuple[Rule, ...] = ()
    prohibitions: tuple[Rule, ...] = ()
    obligations: tuple[Duty, ...] = ()


def write_policy(policy: Policy) -> dict[str, Any]:
    """Return a policy as JSON-LD."""
    document: dict[str, Any] = {
        "@context": CONTEXT, "type": policy.kind, "uid": policy.uid, "profile": PROFILE,
        "conflict": "prohibit", "rightKind": policy.right_kind,
    }  # fmt: skip
    for name in ("target", "assigner", "assignee"):
        if told := getattr(policy, name):
            document[name] = told
    document["permission"] = [_rule_out(rule) for rule in policy.permissions]
    document["prohibition"] = [_rule_out(rule) for rule in policy.prohibitions]
    document["obligation"] = [_duty_out(duty) for duty in policy.obligations]
    return {name: each for name, each in document.items() if each != []}


def _rule_out(rule: Rule) -> dict[str, Any]:
    told: dict[str, Any] = {"action": list(rule.actions)}
    if rule.constraints:
        told["constraint"] = [_constraint_out(each) for each in rule.constraints]
    if rule.duties:
        told["duty"] = [_duty_out(each) for each in rule.duties]
    return told


def _constraint_out(each: Constraint) -> dict[str, Any]:
    values = [_value_out(value) for value in each.right]
    right = values if each.operator in _MANY else values[0]
    return {"leftOperand": each.left, "operator": each.operator, "rightOperand": right}


def _value_out(value: Value) -> Any:
    if isinstance(value, datetime):
        told = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"@type": "xsd:dateTime", "@value": told}
    return value


def _duty_out(duty: Duty) -> dict[str, Any]:
    said = []
    for left, value in duty.said:
        unit, _, sum_ = value.partition(" ") if left == "payAmount" else ("", "", value)
        each = {"leftOperand": left, "operator": "eq", "rightOperand": sum_}
        said.append(each | ({"unit": unit} if unit else {}))
    return {"action": duty.action} | ({"constraint": said} if said else {})


_MANY = ("isAnyOf", "isNoneOf")
_PARTS = {
    "@context", "type", "uid", "profile", "conflict", "rightKind", "target", "assigner", "assignee",
    "permission", "prohibition", "obligation",
}  # fmt: skip


def read_policy(document: Any) -> Policy:
    """Return the policy that a JSON-LD document of our profile says.

    Raises:
        InvalidInput: when a term is not of the profile, or a value not of its sort; by name.
    """
    told = _mapping(document, "the policy", _PARTS)
    for name, only in (("@context", CONTEXT), ("profile", PROFILE), ("conflict", "prohibit")):
        if told.get(name, only) != only:
            raise _refused(
                "the policy",
                f"`{name}` is `{only}` here, not `{told[name]!s:.60}`",
                f"`{name}` 应为 `{only}`，而非 `{told[name]!s:.60}`",
            )
    if not told.get("permission") and not told.get("prohibition"):
        raise _refused("the policy", "it allows and forbids nothing", "既未允许也未禁止任何用途")
    return Policy(
        uid=_word(told.get("uid", ""), "uid"),
        kind=_one_of(told.get("type", "Set"), PolicyKind, "the policy: type"),
        right_kind=_one_of(told.get("rightKind", "copyright"), RightKind, "the policy: rightKind"),
        target=_word(told.get("target", ""), "target"),
        assigner=_word(told.get("assigner", ""), "assigner"),
        assignee=_word(told.get("assignee", ""), "assignee"),
        permissions=_each(told, "permission", "the policy", _rule_in),
        prohibitions=_each(told, "prohibition", "the policy", _prohibition_in),
        obligations=_each(told, "obligation", "the policy", _duty_in),
    )


def _rule_in(told: Any, where: str) -> Rule:
    rule = _mapping(told, where, {"action", "constraint", "duty"})
    names = rule.get("action", ())
    names = (names,) if isinstance(names, str) else names
    if not isinstance(names, Sequence) or not names:
        raise _refused(where, "it names no action", "未指明用途（action）")
    known = tuple(_known(name, actions(), f"{where}: action") for name in names)
    constraints = _each(rule, "constraint", where, _constraint_in)
    return Rule(tuple(dict.fromkeys(known)), constraints, _each(rule, "duty", where, _duty_in))


def _prohibition_in(told: Any, where: str) -> Rule:
    rule = _rule_in(told, where)
    if rule.duties:
        raise _refused(
            where,
            "what is forbidden owes nothing; take its `duty` out",
            "禁止项不能带有 `duty`，请删除",
        )
    return rule


def _constraint_in(told: Any, where: str) -> Constraint:
    each = _mapping(told, where, {"leftOperand", "operator", "rightOperand"})
    left = _known(each.get("leftOperand"), operands(), f"{where}: leftOperand")
    operand = operands()[left]
    operator = _known(each.get("operator"), operand.operators, f"{where}: operator of {left}")
    values = each.get("rightOperand")
    values = values if isinstance(values, list) else [values]
    if not values or (operator not in _MANY and len(values) != 1):
        raise _refused(
            where,
            f"`{operator}` takes {'some values' if not values else 'one value'}",
            f"`{operator}` 需要{'至少一个值' if not values else '恰好一个值'}",
        )
    if len(values) > _MOST_VALUES:
        raise _refused(
            where, f"it has more than {_MOST_VALUES} values", f"取值超过 {_MOST_VALUES} 个"
        )
    read = _READERS[operand.sort]
    return Constraint(left, operator, tuple(read(value, operand.values, where) for value in values))


def _duty_in(told: Any, where: str) -> Duty:
    each = _mapping(told, where, {"action", "constraint"})
    action = _known(each.get("action"), duties(), f"{where}: action of a duty")
    said = dict(_each(each, "constraint", where, _said_in))
    needs = duties()[action].needs
    if set(said) != set(needs):
        raise _refused(
            where,
            f"`{action}` says {', '.join(needs) or 'nothing more'}",
            f"`{action}` 应说明：{'、'.join(needs) or '无'}",
        )
    return Duty(action, tuple(said.items()))


def _said_in(told: Any, where: str) -> tuple[str, str]:
    each = _mapping(told, where, {"leftOperand", "operator", "rightOperand", "unit"})
    if each.get("operator") != "eq":
        raise _refused(
            where, "what a duty says of itself is said with `eq`", "义务的说明须使用 `eq`"
        )
    left, unit = _word(each.get("leftOperand"), where), _word(each.get("unit", ""), where)
    value = _word(each.get("rightOperand"), where)
    return left, f"{unit} {value}" if unit else value


_MOST_VALUES = 300


def _territory(value: Any, _: Sequence[str], where: str) -> str:
    told = _word(value, where)
    countries_of((told,))
    return told


def _listed(value: Any, values: Sequence[str], where: str) -> str:
    return _known(value, values, where)


def _any_word(value: Any, _: Sequence[str], where: str) -> str:
    if told := _word(value, where):
        return told
    raise _refused(where, "a value is empty", "取值为空")


def _moment(value: Any, _: Sequence[str], where: str) -> datetime:
    if isinstance(value, Mapping):
        value = _mapping(value, where, {"@type", "@value"}).get("@value")
    try:
        told = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        told = None
    if told is None or told.tzinfo is None:
        raise _refused(
            where,
            f"`{value!s:.40}` is no moment: write 2027-01-01T00:00:00Z",
            f"`{value!s:.40}` 不是时间，请写作 2027-01-01T00:00:00Z",
        )
    return told.astimezone(UTC)


def _number(value: Any, _: Sequence[str], where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNTED:
        raise _refused(
            where,
            f"`{value!s:.40}` is no whole number up to {MOST_COUNTED}",
            f"`{value!s:.40}` 不是不大于 {MOST_COUNTED} 的整数",
        )
    return value


_READERS: dict[Sort, Callable[[Any, Sequence[str], str], Value]] = {
    Sort.TERRITORY: _territory,
    Sort.LISTED: _listed,
    Sort.WORD: _any_word,
    Sort.MOMENT: _moment,
    Sort.NUMBER: _number,
}


def _each(told: Mapping[str, Any], name: str, where: str, read: Callable[[Any, str], Any]) -> Any:
    parts = told.get(name, [])
    if not isinstance(parts, list) or len(parts) > MOST_RULES:
        raise _refused(
            where,
            f"`{name}` is a list of up to {MOST_RULES}",
            f"`{name}` 应为最多 {MOST_RULES} 项的列表",
        )
    return tuple(read(part, f"{where}, {name} {n}") for n, part in enumerate(parts, 1))


def _mapping(told: Any, where: str, names: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise _refused(where, "an object is expected here", "此处应为对象")
    for name in told:
        _known(name, sorted(names), f"{where}: term")
    return told


def _word(value: Any, where: str) -> str:
    if isinstance(value, str) and len(value) <= _MOST_WORD and value.isprintable():
        return value
    raise _refused(
        where,
        f"`{value!s:.40}` is no word of up to {_MOST_WORD} signs",
        f"`{value!s:.40}` 不是不超过 {_MOST_WORD} 个字符的文字",
    )


def _known(value: Any, names: Iterable[str], where: str) -> str:
    known = list(names)
    if isinstance(value, str) and value in known:
        return value
    told = ", ".join(known)
    raise _refused(
        where,
        f"`{value!s:.40}` is not of the profile; known: {told}",
        f"`{value!s:.40}` 不在本配置之内；可用：{told}",
    )


def _one_of(value: Any, kind: Any, where: str) -> Any:
    return kind(_known(value, [each.value for each in kind], where))


def _refused(where: str, en: str, zh: str) -> InvalidInput:
    return InvalidInput(f"{where}: {en}", zh=f"{where.replace('the policy', '授权政策')}：{zh}")
