"""Profiles: what somebody says of themselves, or an address book of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import Conflict, InvalidInput, NotFound
from mstation.station.blobs import Blob
from mstation.station.change import STATION, Actor, find
from mstation.station.exchange.assets import AssetKind, add_asset, add_asset_version
from mstation.station.parties import Party
from mstation.station.station import Station
from mstation.station.talent.naming import letters_of, pinyin_of, spellings_of
from mstation.station.talent.people import (
    Fluency,
    Language,
    NameOrder,
    Person,
    add_person,
    checked_person,
    edit_person,
    kept_by,
)
from tests.station.market import Market


def test_a_name_is_shown_in_its_own_order() -> None:
    told = checked_person(
        {"family_name": "Lin", "given_name": "Ke", "name_order": "family_first", "name_zh": "林可"}
    )
    person = Person("a", 1, "b", None, **told)
    assert person.name == "Lin Ke"
    assert (person.pinyin, person.sort_name) == ("lin ke", "linke")


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [("单雪", "shan xue"), ("單雪", "shan xue"), ("曾静", "zeng jing"), ("尉迟恭", "yu chi gong")],
)
def test_surnames_sound_as_surnames_do(name: str, pinyin: str) -> None:
    assert pinyin_of(name) == pinyin
    assert spellings_of(name)[1] == pinyin.replace(" ", "")


@given(st.text(max_size=40))
def test_every_name_has_a_place_in_the_order(name: str) -> None:
    told = letters_of(name)
    assert told == letters_of(told)
    assert all(sign.isascii() and (sign.isdigit() or sign.islower()) for sign in told)


def test_somebody_has_one_profile_of_their_own(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        made = add_person(change, market.freelancer, name_zh="林可", role_codes=["跟焦员"])
        assert made.role_codes == ("first_assistant_camera",)
        assert find(change.connection, Person, made.id) == made
        with pytest.raises(Conflict), change.apart():
            add_person(change, market.freelancer, name_zh="林可")


def test_a_changed_name_takes_its_sound_and_place_along(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        made = add_person(change, market.freelancer, name_zh="林可", city="Paris")
        spoken = (Language("fr", Fluency.NATIVE),)
        changed = edit_person(change, made, name_zh="单雪", languages=spoken)
        kept = find(change.connection, Person, made.id)
    assert changed == kept
    assert (kept.pinyin, kept.city, kept.languages) == ("shan xue", "Paris", spoken)


def test_an_address_book_holds_people_who_are_only_named(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        made = add_person(change, market.seller, given_name="Ana", family_name="Ruiz", country="ES")
        party = find(change.connection, Party, made.party_id)
    assert (made.keeper_id, party.name, party.country) == (market.seller.id, "Ana Ruiz", "ES")
    assert party.account_id is party.organisation_id is None
    with station.reading() as connection:
        owner = market.people["seller-owner"].id
        assert kept_by(connection, Actor("account", owner, owner), made.id, "parties.read") == made
        for who in ("buyer-owner", "house-owner", "stranger"):
            other = market.people[who].id
            with pytest.raises(NotFound):
                kept_by(connection, Actor("account", other, other), made.id, "parties.read")


def test_a_showreel_is_of_ones_own_assets(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        own, others = (
            add_asset_version(
                change,
                add_asset(change, owner, kind=AssetKind.VIDEO, title="Reel"),
                Blob("0" * 64, 1),
                name="reel.mp4",
                media_type="video/mp4",
            )
            for owner in (market.freelancer, market.seller)
        )
        told = {"name_zh": "林可", "showreel_version_id": own.id}
        made = add_person(change, market.freelancer, **told)
        with pytest.raises(NotFound):
            edit_person(change, made, showreel_version_id=others.id)


@pytest.mark.parametrize(
    "told",
    [
        {"name_zh": " "},
        {"country": "France"},
        {"languages": [{"code": "French", "level": "c1"}]},
        {"languages": [{"code": "fr", "level": "c1"}, {"code": "fr", "level": "c2"}]},
        {"showreel_url": "javascript:alert(1)"},
        {"showreel_url": "https://[broken"},
        {"role_codes": ["wizard"]},
        {"phone": "call me"},
        {"email": "nobody"},
        {"biography": "\x00"},
        {"aliases": ["a\nb"]},
    ],
)
def test_what_cannot_be_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        checked_person({"name_zh": "林可", **told})


def test_a_name_is_kept_as_it_is_written_and_never_read_as_a_page() -> None:
    told = checked_person({"given_name": "<b>Ana</b>", "name_order": NameOrder.GIVEN_FIRST})
    assert told["given_name"] == "<b>Ana</b>"
