"""How long rights take: decisions, what a seller lacks, exclusive licences, a film's uses.

Usage: python -m benchmarks.rights; prints milliseconds.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.station.exchange.shop import ALL, Shop, of_all, open_shop
from tests.station.market import open_market

from mstation.station.change import STATION
from mstation.station.exchange.clearing import check_uses
from mstation.station.exchange.evaluator import Request, decide
from mstation.station.exchange.holdings import Evidence, Holding, missing
from mstation.station.exchange.licences import activate
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.templates import Saying, Template, rules_of, with_terms
from mstation.station.exchange.terms import RightKind, make_terms
from mstation.station.exchange.uses import add_use
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.organisations import Project
from mstation.station.production.entities import Kind, add_entity
from mstation.station.station import Station, open_station

START, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
SHOTS, LICENCES = 200, 100


def took(name: str, times: int, act: Callable[[], object]) -> None:
    """Print how long one of several takes."""
    begun = time.perf_counter()
    for _ in range(times):
        act()
    print(f"{name:<58} {(time.perf_counter() - begun) / times * 1000:9.3f} ms")


def main() -> None:
    """Measure on SQLite in a folder of its own."""
    terms = make_terms(starts_at=START, ends_at=END, territories=["150"], media=[Medium.SVOD])
    policy = with_terms(rules_of(Template.RIGHTS_MANAGED, Saying("A", price="CNY 1.00")), terms)
    one = Request("stream", ("NL",), (Medium.SVOD,), START, END, fulfilled=("compensate",))
    world = Request("stream", ("001",), tuple(Medium), START, END, fulfilled=("compensate",))
    took("decide: one country, one medium", 2000, lambda: decide((policy,), one))
    took("decide: the world, all media", 500, lambda: decide((policy,), world))
    held = [
        Holding(str(n), 1, "p", "a", RightKind.COPYRIGHT, each, 10_000, Evidence.VERIFIED)
        for n, each in enumerate(of_all(territories=[code]) for code in ("002", "150", "142"))
    ]
    took("missing: the world, all media, of three continents", 50, lambda: missing(held, ALL))
    with tempfile.TemporaryDirectory() as folder:
        station = open_station(f"sqlite:///{folder}/station.db", folder=Path(folder))
        _of_a_station(station, open_shop(station, open_market(station)))
        station.close()


def _of_a_station(station: Station, shop: Shop) -> None:
    offer = shop.offer()
    quotes = [shop.quote(offer, is_exclusive=False) for _ in range(LICENCES)]
    took("reserve: an RM licence of the world", LICENCES, lambda: shop.reserve(quotes.pop()))
    licence = shop.reserve(shop.quote(offer, is_exclusive=False, territories=["155"]))
    with station.change(STATION) as change:
        activate(change, licence)
        own = shop.market.buyer.organisation_id or ""
        film = change.add(Project(new_id(), 1, own, "The Last Reel"))
        for n in range(SHOTS):
            shot = add_entity(change, film, kind=Kind.SHOT, label=f"{n:03}", position=n)
            add_use(change, film, shop.version.id, entity_id=shot.id, licence_id=licence.id)

    def check(*territories: str) -> None:
        with station.reading() as connection:
            check_uses(connection, film, medium=Medium.SVOD, territories=territories,
                       window=Interval(START, END))  # fmt: skip

    took(f"check_uses: {SHOTS} uses, Western Europe, all cleared", 3, lambda: check("155"))
    took(f"check_uses: {SHOTS} uses, the world, mostly not", 1, lambda: check("001"))


if __name__ == "__main__":
    main()
