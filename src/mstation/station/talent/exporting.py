"""All that is held of somebody, as one ZIP: JSON for programs, CSV for people.

Sources: PIPL art. 45; GDPR arts. 15 and 20.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from mstation.station.change import find
from mstation.station.parties import Party
from mstation.station.production.sheet_files import write_csv
from mstation.station.schema import Noun, plain, table_of
from mstation.station.station import Station
from mstation.station.talent.holdings import (
    account_of_person,
    log_of,
    parts_of,
    parts_of_account,
)
from mstation.station.talent.people import Person

_STAMP = (1980, 1, 1, 0, 0, 0)  # ZIP's first day: the same rows are the same file


def export_person(station: Station, person: Person) -> bytes:
    """Return all that is held of somebody: a table a pair of files, and their log."""
    with station.reading() as connection:
        account = account_of_person(connection, person)
        own: list[Noun] = [person, find(connection, Party, person.party_id)]
        own += [account] if account is not None else []
        signed = parts_of_account(connection, account)
        parts = [row for _, rows in parts_of(connection, person) for row in rows]
        log = log_of(connection, person, account, signed)
    tables: dict[str, list[dict[str, Any]]] = {}
    for row in (*own, *signed, *parts):
        tables.setdefault(table_of(type(row)).name, []).append(_open(row))
    tables["events"] = [
        orjson.loads(orjson.dumps({name: getattr(each, name) for name in each.__slots__}))
        for each in log
    ]
    return _zip(tables)


def _open(row: Noun) -> dict[str, Any]:
    return plain(row, {each.name for each in fields(row) if not each.metadata.get("secret")})


def _zip(tables: dict[str, list[dict[str, Any]]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            told = orjson.dumps(rows, option=orjson.OPT_INDENT_2)
            archive.writestr(zipfile.ZipInfo(f"{name}.json", _STAMP), told)
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", _STAMP), write_csv(_table(rows)))
    return out.getvalue()


def _table(rows: Sequence[dict[str, Any]]) -> list[list[str | int | float]]:
    heads = list(dict.fromkeys(name for row in rows for name in row))
    return [list(heads), *([_cell(row.get(name)) for name in heads] for row in rows)]


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    return value if isinstance(value, str | int | float) else orjson.dumps(value).decode()
