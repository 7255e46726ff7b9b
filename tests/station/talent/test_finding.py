"""Finding people: by words in both languages, by what they can do; only who may be seen."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.station.change import STATION, find, find_where
from mstation.station.intervals import Interval, days
from mstation.station.parties import Party
from mstation.station.schema import now
from mstation.station.station import Station
from mstation.station.talent import finding
from mstation.station.talent.availability import AvailabilityKind, add_availability
from mstation.station.talent.consents import FieldGroup, withdraw_consent
from mstation.station.talent.finding import Wanted, find_people
from mstation.station.talent.people import Person, Visible, edit_person
from mstation.station.talent.rates import RateUnit, add_rate
from mstation.station.talent.showing import viewer_of
from mstation.station.talent.skills import LEVELS, remove_skill, set_skill
from mstation.station.talent.vocabulary import roles, skills
from tests.station.market import Market
from tests.station.talent.cast import OPEN, acting, agree, somebody


def found(station: Station, market: Market, who: str = "buyer-owner", **told: Any) -> list[str]:
    """Return the names of who is found, page by page of two."""
    names: list[str] = []
    after: str | None = ""
    with station.change(STATION) as change:
        viewer = viewer_of(change.connection, acting(market.people[who]))
        while after is not None:
            page, after = find_people(
                change.connection, viewer, Wanted(**told), change.at, after=after, most=2
            )
            names += [each.name_zh or each.family_name for each in page]
    return names


@pytest.fixture
def troupe(station: Station, market: Market) -> Market:
    with station.change(STATION) as change:
        lin = somebody(
            change, name_zh="林可青", aliases=["Kiki Lin"], headline="擅长青铜面具与特效化妆",
            role_codes=["special_makeup_effects_artist"], city="成都", country="CN",
            languages=[{"code": "zh", "level": "native"}],
        )  # fmt: skip
        set_skill(change, lin, skill="prosthetics", level=4)
        shan = somebody(
            change, name_zh="單雪", role_codes=["gaffer", "grip"], city="Chengdu", country="CN",
            biography="Night exteriors on three continents.",
            languages=[{"code": "zh", "level": "c1"}, {"code": "fr", "level": "b2"}],
        )  # fmt: skip
        set_skill(change, shan, skill="dmx", level=2)
        own = {"group": FieldGroup.RATES}
        for person, amount, visible in (
            (lin, 300_000, Visible.EVERYBODY), (shan, 150_000, Visible.HOUSE),
        ):  # fmt: skip
            agree(change, person, *OPEN, **own)  # type: ignore[arg-type]
            add_rate(
                change, person, unit=RateUnit.DAY, amount=amount, currency="CNY", visible=visible
            )
        somebody(change, family_name="Öberg", given_name="Åsa", role_codes=["colourist"])
    return market


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("面具", ["林可青"]),  # two signs
        ("青銅面具", ["林可青"]),  # Traditional finds Simplified
        ("单雪", ["單雪"]),  # and the other way
        ("shan xue", ["單雪"]),
        ("linkeqing", ["林可青"]),
        ("lkq", ["林可青"]),
        ("kiki", ["林可青"]),
        ("灯光师", ["單雪"]),
        ("gaffer night", ["單雪"]),
        ("假体", ["林可青"]),
        ("oberg", ["Öberg"]),
        ("Åsa Öberg", ["Öberg"]),
        ("gaffer colourist", []),
        ("", ["林可青", "Öberg", "單雪"]),
    ],
)
def test_people_are_found_in_both_languages(
    station: Station, troupe: Market, words: str, names: list[str]
) -> None:
    assert found(station, troupe, words=words) == names


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({"role": "grip"}, ["單雪"]),
        ({"role": "key_grip"}, []),
        ({"skill_levels": (("prosthetics", 4),)}, ["林可青"]),
        ({"skill_levels": (("prosthetics", 5),)}, []),
        ({"language": "zh"}, ["林可青", "單雪"]),
        ({"language": "fr", "country": "CN"}, ["單雪"]),
        ({"city": "CHENGDU"}, ["單雪"]),
        ({"city": "cheng"}, []),
        ({"words": "雪", "role": "gaffer", "language": "fr"}, ["單雪"]),
        ({"day_rate": 300_000, "currency": "CNY"}, ["林可青"]),
        ({"day_rate": 299_999, "currency": "CNY"}, []),
        ({"day_rate": 300_000, "currency": "EUR"}, []),
    ],
)
def test_people_are_found_by_what_is_needed(
    station: Station, troupe: Market, told: dict[str, Any], names: list[str]
) -> None:
    assert found(station, troupe, **told) == names


def test_where_many_have_it_the_same_are_found_in_the_same_order(
    station: Station, troupe: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ({"words": "i"}, {"language": "zh"}, {"words": "雪"}, {"words": "gaffer 单"})
    few = [found(station, troupe, **told) for told in asked]
    for stride, far in ((1, 1), (1, 3), (2, 2), (3, 6)):
        monkeypatch.setattr(finding, "FEW", 0)
        monkeypatch.setattr(finding, "STRIDE", stride)
        monkeypatch.setattr(finding, "FAR", far)
        assert [found(station, troupe, **told) for told in asked] == few


def test_the_house_sees_rates_that_are_for_the_house(station: Station, troupe: Market) -> None:
    told = {"day_rate": 300_000, "currency": "CNY"}
    assert found(station, troupe, "house-owner", **told) == ["林可青", "單雪"]


def test_who_consents_no_more_or_hides_is_found_no_more(station: Station, troupe: Market) -> None:
    with station.change(STATION) as change:
        ana = somebody(change, family_name="Ruiz")
    assert found(station, troupe, words="ruiz") == ["Ruiz"]
    with station.change(STATION) as change:
        withdraw_consent(change, ana)
    assert found(station, troupe, words="ruiz") == []
    with station.change(STATION) as change:
        agree(change, ana, *OPEN)
        edit_person(change, ana, visible=Visible.NOBODY)
    assert found(station, troupe, words="ruiz") == []


def test_what_changes_is_found_as_it_is_now(station: Station, troupe: Market) -> None:
    with station.change(STATION) as change:
        ana = somebody(change, family_name="Ruiz", city="Sevilla")
        skill = set_skill(change, ana, skill="nuke", level=3)
        edit_person(change, ana, city="Lisboa")
    assert found(station, troupe, words="sevilla") == []
    assert found(station, troupe, skill_levels=(("nuke", 2),), city="lisboa") == ["Ruiz"]
    with station.change(STATION) as change:
        remove_skill(change, ana, skill)
    assert found(station, troupe, words="nuke") == []


def test_who_is_busy_or_held_then_or_shows_no_times_is_not_found(
    station: Station, troupe: Market
) -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 3)
    free, day = days(first, last), timedelta(days=1)
    assert found(station, troupe, free=free) == []  # nobody agreed to show when they work
    with station.change(STATION) as change:
        mine = {each.name_zh: each for each in find_where(change.connection, Person)}
        for person in mine.values():
            agree(change, person, *OPEN, group=FieldGroup.AVAILABILITY)

    def tell(name: str, kind: AvailabilityKind, start: datetime, **more: Any) -> None:
        with station.change(STATION) as change:
            party = find(change.connection, Party, mine[name].party_id)
            told = {"kind": kind, "interval": Interval(start, start + day), **more}
            add_availability(change, party, **told)

    begun = free.start
    tell("林可青", AvailabilityKind.BUSY, begun - day)  # ends as it begins
    tell("林可青", AvailabilityKind.FREE, begun)
    tell("單雪", AvailabilityKind.HOLD, begun, expires_at=now() - day)
    assert found(station, troupe, free=free) == ["林可青", "Öberg", "單雪"]
    tell("單雪", AvailabilityKind.HOLD, begun, expires_at=now() + day)
    tell("林可青", AvailabilityKind.BUSY, begun - day / 2)
    assert found(station, troupe, free=free) == ["Öberg"]
    assert found(station, troupe, free=free, role="gaffer") == []
    assert found(station, troupe, free=Interval(begun + 9 * day), country="CN") == [
        "林可青",
        "單雪",
    ]


@pytest.mark.parametrize(
    "told", [{"words": "!?"}, {"role": "wizard"}, {"skill_levels": (("telepathy", 1),)}]
)
def test_what_cannot_be_sought_is_refused(
    station: Station, market: Market, told: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        found(station, market, **told)


@given(st.text(max_size=30))
def test_a_cursor_that_no_page_gave_is_refused_or_read(cursor: str) -> None:
    with suppress(InvalidInput):
        finding._read(cursor)


def test_every_mark_of_the_index_says_one_thing() -> None:
    marks = [finding._mark("r", code) for code in roles()]
    marks += [finding._mark("s", code, str(level)) for code in skills() for level in LEVELS]
    assert len(set(marks)) == len(marks)
    assert not any(b.startswith(a) for a, b in pairwise(sorted(marks)))
