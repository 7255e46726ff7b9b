"""What a role may do: a table, read from `permissions.toml`; nothing else decides it."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class Role(StrEnum):
    """What somebody is in a project or an organisation."""

    OWNER = "owner"
    PRODUCER = "producer"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    ARTIST = "artist"
    VENDOR = "vendor"
    CLIENT = "client"


class Reach(StrEnum):
    """How far a right goes."""

    NONE = "none"
    OWN = "own"
    ALL = "all"


def permissions() -> dict[tuple[str, Role], Reach]:
    """Return what may be done in a project: (action, role) → how far the right goes."""
    return _part("actions")


def party_permissions() -> dict[tuple[str, Role], Reach]:
    """Return what may be done in the name of a party, or of the house: all of it, or nothing."""
    return {**_part("parties"), **house_permissions()}


def house_permissions() -> dict[tuple[str, Role], Reach]:
    """Return what may be done in the name of the house alone."""
    return _part("house")


@cache
def _table() -> dict[str, Any]:
    text = files("mstation.station").joinpath("permissions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _part(name: str) -> dict[tuple[str, Role], Reach]:
    roles = [Role(name) for name in _table()["roles"]]
    return {
        (action, role): Reach(reach)
        for action, row in _table()[name].items()
        for role, reach in zip(roles, row, strict=True)
    }


@cache
def guest_actions(*, may_comment: bool) -> frozenset[str]:
    """Return what a guest may do with what the link opens."""
    table = _table()["guests"]
    return frozenset(table["always"] + (table["to_comment"] if may_comment else []))


def reach_of(role: Role | None, action: str) -> Reach:
    """Return how far a role's right to an action goes.

    Raises:
        KeyError: when the table has no such action.
    """
    if role is None:
        return Reach.NONE
    return permissions()[action, role]
