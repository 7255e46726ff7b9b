"""Measures a search among 100,000 rows of mixed Chinese and English, on SQLite; prints the times.

Usage: python benchmarks/search.py [ROWS]
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from mstation.station.change import STATION
from mstation.station.exchange.assets import Asset, AssetKind, assets, by_words
from mstation.station.ids import new_id
from mstation.station.parties import PartyKind, named_party
from mstation.station.schema import row_of
from mstation.station.station import open_station

_SIGNS = "青铜面具灯笼石库门江河湖海山川龙凤云雨雪花鸟鱼虫木火土金水日月星辰东西南北春夏秋冬"
_WORDS = [f"{a}{b}" for a in ("lan", "mas", "har", "bri", "sto", "win") for b in
          ("tern", "k", "bour", "ck", "ne", "d", "ter", "low", "gate", "mark")]  # fmt: skip
_ASKED = (
    "面具",
    "青铜面具",
    "灯",
    "lan",
    "mask bour",
    "stone 灯笼",
    "harbour wind 龙",
    "青铜 lantern",
)


def main(rows: int) -> None:
    """Fill a station with assets, and search."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        station = open_station(f"sqlite:///{folder}/s.db", folder=Path(folder))
        started = time.perf_counter()
        with station.change(STATION) as change:
            owner = named_party(
                change, kind=PartyKind.PERSON, name="A", country="CN", name_zh="甲"
            )  # fmt: skip
            made = [_asset(chance, owner.id) for _ in range(rows)]
            change.connection.execute(assets.insert(), [row_of(each) for each in made])
            by_words.rebuild(change.connection)
        print(f"{rows} rows indexed in {time.perf_counter() - started:.1f} s")
        for sought in _ASKED:
            times, count = [], 0
            for _ in range(20):
                started = time.perf_counter()
                with station.reading() as connection:
                    query = select(assets).where(by_words.finds(connection, sought))
                    count = len(connection.execute(query.order_by(assets.c.id).limit(50)).all())
                times.append(1000 * (time.perf_counter() - started))
            times.sort()
            print(
                f"{sought}: {count} shown, median {statistics.median(times):.1f} ms, "
                f"p95 {times[18]:.1f} ms"
            )
        station.close()


def _asset(chance: random.Random, owner: str) -> Asset:
    title = " ".join(chance.choices(_WORDS, k=3))
    title_zh = "".join(chance.choices(_SIGNS, k=6))
    told = " ".join(chance.choices(_WORDS, k=20)) + "".join(chance.choices(_SIGNS, k=40))
    return Asset(new_id(), 1, owner, AssetKind.IMAGE, title, title_zh, told)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
