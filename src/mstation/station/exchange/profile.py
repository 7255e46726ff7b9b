"""The profile of ODRL that policies here are written in, as a table: closed, and the same for all.

Also its JSON-LD context, by which programs that know ODRL read every term of ours.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

PROFILE = "urn:mstation:odrl:1"
CONTEXT = "/api/exchange/context.jsonld"  # of the station that wrote the policy
_NAMES = {
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "mst": f"{PROFILE}:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Sort(StrEnum):
    """What values an operand takes."""

    TERRITORY = "territory"
    LISTED = "listed"  # of a closed list
    WORD = "word"
    MOMENT = "moment"
    NUMBER = "number"


class Medium(StrEnum):
    """Where something is shown."""

    THEATRICAL = "theatrical"
    TV = "tv"
    SVOD = "svod"
    AVOD = "avod"
    WEB = "web"
    SOCIAL = "social"
    GAME = "game"
    PRINT = "print"
    EXHIBITION = "exhibition"
    VR = "vr"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Operand:
    """What a rule may hang on: which operators it takes, and of a closed list its values."""

    sort: Sort
    operators: tuple[str, ...]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyKind:
    """What is to be done: whether before the permission holds, and what it must say of itself."""

    is_first: bool
    needs: tuple[str, ...]


@cache
def actions() -> tuple[str, ...]:
    """Return every action that may be allowed or forbidden."""
    return tuple(_table()["actions"])


@cache
def duties() -> dict[str, DutyKind]:
    """Return every duty by its action."""
    told = _table()["duties"].items()
    return {name: DutyKind(each["first"], tuple(each["needs"])) for name, each in told}


@cache
def operands() -> dict[str, Operand]:
    """Return everything that a rule may hang on."""
    table = _table()
    return {
        name: Operand(
            Sort(each["sort"]),
            tuple(table["operators"][each["sort"]]),
            tuple(each.get("values", ())),
        )
        for name, each in table["operands"].items()
    }


def film_actions(medium: Medium) -> tuple[str, ...]:
    """Return what a film that is shown somewhere does with what is in it."""
    return tuple(_table()["film_uses"][medium])


def needed_releases(asset_kind: str) -> tuple[str, ...]:
    """Return which releases a kind of asset must have for anything but editorial use."""
    return tuple(_table()["releases"].get(asset_kind, ()))


@cache
def context() -> dict[str, Any]:
    """Return the JSON-LD context of the profile: every term, nothing to be fetched."""
    table = _table()
    spelt: dict[str, Any] = {
        "@version": 1.1, **_NAMES, "uid": "@id", "type": "@type",
        "Set": "odrl:Set", "Offer": "odrl:Offer", "Agreement": "odrl:Agreement",
        "unit": "odrl:unit", "rightOperand": "odrl:rightOperand", "rightKind": "mst:rightKind",
    }  # fmt: skip
    for name in ("profile", "target", "assigner", "assignee"):
        spelt[name] = {"@id": f"odrl:{name}", "@type": "@id"}
    for name in ("permission", "prohibition", "obligation", "duty", "constraint"):
        spelt[name] = {"@id": f"odrl:{name}", "@container": "@set"}
    for name in ("action", "leftOperand", "operator", "conflict"):
        spelt[name] = {"@id": f"odrl:{name}", "@type": "@vocab"}
    spelt["prohibit"] = "odrl:prohibit"
    for name in sorted({name for told in table["operators"].values() for name in told}):
        spelt[name] = f"odrl:{name}"
    named = {**table["actions"], **table["duty_operands"]}
    named |= {name: each["of"] for name, each in (table["duties"] | table["operands"]).items()}
    spelt |= {name: f"{of}:{name}" for name, of in named.items()}
    return {"@context": spelt}


@cache
def _table() -> dict[str, Any]:
    text = files(__package__).joinpath("profile.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
