"""In whose name a command trades, and how it tells sums, names and rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from mstation.cli.station import known_station
from mstation.cli.words import interface_language, printable, words
from mstation.client import Row
from mstation.errors import NotFound
from mstation.market import Market
from mstation.money import Money
from mstation.publish import write_whole


def market() -> Market:
    """Return the client of the station that one is signed in to."""
    known = known_station()
    return Market(known.address, known.token, language=interface_language())


def party_named(client: Market, wanted: str | None) -> Row:
    """Return the party with this id or name that one acts for; the only one, where none is named.

    Raises:
        NotFound: when it is none, or several.
    """
    parties = client.parties()
    found = [row for row in parties if wanted in (None, row["id"], row["name"], row["name_zh"])]
    if len(found) != 1:
        names = words()["between"].join(f"{row['name']} ({row['id']})" for row in parties)
        raise NotFound(
            f"{len(found)} of the parties that you act for are meant; name one with --party: "
            f"{names or 'there is none'}",
            zh=f"符合的交易主体有 {len(found)} 个；请用 --party 指明：{names or '暂无'}",
        )
    return found[0]


def name_of(row: Row, field: str = "name") -> str:
    """Return a name as the command's language has it, or as the other does."""
    english, chinese = str(row.get(field) or ""), str(row.get(f"{field}_zh") or "")
    return chinese or english if interface_language() == "zh" else english or chinese


def sum_of(amount: int, currency: str) -> str:
    """Return a sum of minor units as people write it: `CNY 1234.50`."""
    return str(Money(amount, currency))


def tell(text: str) -> None:
    """Print a line that may hold a stranger's words."""
    typer.echo(printable(text))


def tell_json(rows: Iterable[Row] | Row) -> None:
    """Print what the station answered."""
    told = rows if isinstance(rows, dict) else list(rows)
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def save(path: Path, data: bytes) -> None:
    """Write what the station answered to a file, and say so.

    Raises:
        StoreFailed: when it cannot be written.
    """
    write_whole(path, data)
    tell(words()["written_to"].format(path=path))
