"""Licences that the field knows, and what an offer adds, in; the policies that say them, out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from mstation.station.exchange.policy import Constraint, Duty, Policy, Rule, read_policy
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.terms import Terms
from mstation.station.exchange.territories import countries


class Template(StrEnum):
    """A licence that the field knows, or the seller's own words."""

    CC0 = "cc0"
    CC_BY = "cc_by_4"
    CC_BY_SA = "cc_by_sa_4"
    CC_BY_NC = "cc_by_nc_4"
    RF_STANDARD = "rf_standard"
    RF_EXTENDED = "rf_extended"
    RIGHTS_MANAGED = "rights_managed"
    EDITORIAL = "editorial"
    INTERNAL_COMP = "internal_comp"
    HERITAGE = "heritage"
    OWN = "own"  # a policy that the seller wrote


@dataclass(frozen=True, slots=True)
class Kept:
    """What a template says of itself.

    terms: what it fixes. needs: what an offer must say for it: a credit line, who approves.
    """

    en: str
    zh: str
    is_open: bool
    is_commercial: bool
    terms: Mapping[str, Any]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Saying:
    """What an offer says beyond its terms: the words of its duties."""

    credit: str = ""
    approver: str = ""
    price: str = ""  # `CNY 100.00`


_SAID = {"attribute": ("creditLine", "credit"), "approval": ("approver", "approver"),
         "compensate": ("payAmount", "price")}  # fmt: skip
_OWN = Kept("The seller's own policy", "卖方自拟条款", False, True, {}, frozenset())


def kept(template: Template) -> Kept:
    """Return what a template says of itself."""
    if template is Template.OWN:
        return _OWN
    told = _table()[template]
    named = {name for each in told["permits"] for name in each.get("duties", ())}
    needs = frozenset(_SAID[name][1] for name in named & {"attribute", "approval"})
    return Kept(
        told["en"], told["zh"], told["is_open"], told["is_commercial"], told.get("terms", {}), needs
    )


def rules_of(template: Template, saying: Saying) -> Policy:
    """Return a template as a policy without terms or parties.

    Raises:
        ValueError: when it is the seller's own: that is theirs to write.
    """
    if template is Template.OWN:
        raise ValueError("what a seller wrote is no template")
    told = _table()[template]
    return Policy(
        "",
        permissions=tuple(_permission(each, saying) for each in told["permits"]),
        prohibitions=tuple(Rule(tuple(each["actions"])) for each in told.get("prohibits", ())),
        obligations=tuple(_duty(name, saying) for name in told.get("obligations", ())),
    )


def with_terms(policy: Policy, terms: Terms) -> Policy:
    """Return a policy whose every permission also hangs on terms."""
    added = constraints_of(terms)
    allowed = tuple(
        replace(rule, constraints=tuple(dict.fromkeys(rule.constraints + added)))
        for rule in policy.permissions
    )
    return replace(policy, right_kind=terms.right_kind, permissions=allowed)


def constraints_of(terms: Terms) -> tuple[Constraint, ...]:
    """Return terms as constraints; what limits nothing says nothing."""
    made = []
    if terms.countries != countries():
        made.append(Constraint("spatial", "isAnyOf", terms.territories))
    if set(terms.media) != set(Medium):
        made.append(Constraint("media", "isAnyOf", tuple(str(each) for each in terms.media)))
    made.append(Constraint("dateTime", "gteq", (terms.starts_at,)))
    if terms.ends_at is not None:
        made.append(Constraint("dateTime", "lt", (terms.ends_at,)))
    if not terms.is_exclusive:
        made.append(Constraint("exclusivity", "eq", ("nonExclusive",)))
    if terms.seats is not None:
        made.append(Constraint("seats", "lteq", (terms.seats,)))
    if terms.print_run is not None:
        made.append(Constraint("printRun", "lteq", (terms.print_run,)))
    if terms.project is not None:
        made.append(Constraint("project", "eq", (terms.project,)))
    return tuple(made)


def _permission(told: Mapping[str, Any], saying: Saying) -> Rule:
    constraints = tuple(
        Constraint(each["leftOperand"], each["operator"], tuple(each["rightOperand"]))
        for each in told.get("constraints", ())
    )
    owed = tuple(_duty(name, saying) for name in told.get("duties", ()))
    free = tuple(duty for duty in owed if duty.action != "compensate" or saying.price)
    return Rule(tuple(told["actions"]), constraints, free)


def _duty(name: str, saying: Saying) -> Duty:
    if name not in _SAID:
        return Duty(name)
    left, field = _SAID[name]
    return Duty(name, ((left, getattr(saying, field)),))


def own_policy(document: Mapping[str, Any]) -> Policy:
    """Return the policy that a seller wrote, without its name and parties, which are not theirs.

    Raises:
        InvalidInput: when a term of it is not of the profile.
    """
    return replace(read_policy(document), uid="", target="", assigner="", assignee="")


@cache
def _table() -> dict[str, Any]:
    text = files(__package__).joinpath("templates.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
