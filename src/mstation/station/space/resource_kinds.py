"""Kinds of what a facility lets, in both languages: a table, read from `resource_kinds.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mstation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """What something is: `stage`, in English and Chinese."""

    id: str
    en: str
    zh: str


@cache
def resource_kinds() -> dict[str, ResourceKind]:
    """Return the kinds by id, in the order of the table."""
    place = files("mstation.station.space").joinpath("resource_kinds.toml")
    table = tomllib.loads(place.read_text(encoding="utf-8"))
    return {id_: ResourceKind(id_, row["en"], row["zh"]) for id_, row in table.items()}


def resource_kind(id_: str) -> ResourceKind:
    """Return a kind.

    Raises:
        InvalidInput: when there is none of that id.
    """
    try:
        return resource_kinds()[id_]
    except KeyError:
        known = ", ".join(resource_kinds())
        raise InvalidInput(
            f"`{id_[:40]}` is no kind of resource; there are {known}",
            zh=f"没有资源类型 `{id_[:40]}`；可用：{known}",
        ) from None
