"""What is in a film, by which licence; and what is said where that does not cover a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mstation.errors import Conflict, InvalidInput, NotFound
from mstation.station.change import STATION
from mstation.station.exchange.assets import AssetState
from mstation.station.exchange.clearing import UseFinding, Weight, check_uses
from mstation.station.exchange.licences import Licence, activate, revoke, suspend
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.templates import Template
from mstation.station.exchange.uses import add_use, uses_of
from mstation.station.files import add_file
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.organisations import Project
from mstation.station.production.entities import Entity, Kind, add_entity
from mstation.station.production.versions import VersionFile, add_version
from mstation.station.station import Station
from tests.station.exchange.shop import PRICE, Shop, lantern, of_all, open_shop
from tests.station.market import Market


def _at(month: int, day: int = 1) -> datetime:
    return datetime(2027, month, day, tzinfo=UTC)


RUN: dict[str, Any] = {"medium": Medium.EXHIBITION, "territories": ["NL"],
                       "window": Interval(_at(5), _at(8))}  # fmt: skip


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    return open_shop(station, market)


@pytest.fixture
def film(shop: Shop) -> Project:
    with shop.station.change(STATION) as change:
        assert shop.market.buyer.organisation_id is not None
        own = shop.market.buyer.organisation_id
        return change.add(Project(new_id(), 1, own, "The Last Reel"))


@pytest.fixture
def shot(shop: Shop, film: Project) -> Entity:
    with shop.station.change(STATION) as change:
        return add_entity(change, film, kind=Kind.SHOT, label="014-002", position=1)


def _licence(shop: Shop, template: Template = Template.RIGHTS_MANAGED, **wanted: Any) -> Licence:
    offer = shop.offer(template, terms=of_all(is_exclusive=False), approver="the museum")
    licence = shop.reserve(shop.quote(offer, **wanted))
    with shop.station.change(STATION) as change:
        return activate(change, licence)


def _use(shop: Shop, film: Project, shot: Entity | None = None, **told: Any) -> None:
    with shop.station.change(STATION) as change:
        entity_id = None if shot is None else shot.id
        add_use(change, film, shop.version.id, entity_id=entity_id, **told)


def _check(shop: Shop, film: Project, **run: Any) -> tuple[UseFinding, ...]:
    with shop.station.reading() as connection:
        return check_uses(connection, film, **{**RUN, **run})


def test_a_licence_that_ends_before_the_run_is_told_in_words(
    shop: Shop, film: Project, shot: Entity
) -> None:
    licence = _licence(shop, territories=["155"], ends_at=_at(6))
    _use(shop, film, shot, licence_id=licence.id)
    (told,) = _check(shop, film)
    assert told.weight is Weight.BARRED
    assert (told.label, told.file, told.licence) == ("014-002", "lantern.exr", licence.number)
    assert told.en == (
        f"clip 014-002 uses lantern.exr: licence {licence.number} ends 2027-06-01, before the end "
        "of the exhibition run in NL from 2027-05-01 to 2027-08-01"
    )
    assert told.zh == (
        f"镜头 014-002 使用了 lantern.exr：许可 {licence.number} 于 2027-06-01 到期"
        "（NL exhibition 放映 2027-05-01 至 2027-08-01）"
    )
    assert _check(shop, film, window=Interval(_at(5), _at(6))) == ()


def test_countries_that_are_not_covered_are_named_together(
    shop: Shop, film: Project, shot: Entity
) -> None:
    _licence(shop, territories=["155"])
    _use(shop, film, shot)
    (told,) = _check(shop, film, territories=["150"])
    assert told.territories == ("039", "151", "154")
    assert "covers 155 only" in told.en


def test_licences_together_clear_what_none_does_alone(
    shop: Shop, film: Project, shot: Entity
) -> None:
    _licence(shop, territories=["NL"], ends_at=_at(6))
    _licence(shop, territories=["NL"], starts_at=_at(6))
    _licence(shop, territories=["DE"])
    _licence(shop, Template.INTERNAL_COMP)  # what this forbids, others allow
    _use(shop, film, shot)
    assert _check(shop, film, territories=["NL", "DE"]) == ()
    told = _check(shop, film, territories=["NL", "DE", "CN"])
    assert {each.territories for each in told} == {("CN",)}


def test_without_a_licence_nothing_is_cleared(shop: Shop, film: Project) -> None:
    _use(shop, film)
    (told,) = _check(shop, film)
    assert told.en.startswith("the film uses lantern.exr: there is no licence for the exhibition")
    assert (told.label, told.licence) == ("", None)


def test_what_the_station_cannot_know_is_left_to_people(
    shop: Shop, film: Project, shot: Entity
) -> None:
    licence = _licence(shop, seats=3)
    _use(shop, film, shot)
    (told,) = _check(shop, film)
    assert told.weight is Weight.OPEN
    assert told.en.startswith(
        f"clip 014-002 uses lantern.exr: licence {licence.number} asks for `seats lteq 3`: see"
    )


@pytest.mark.parametrize(
    ("template", "run", "said"),
    [
        (Template.EDITORIAL, {}, "`industry isAnyOf news, education, documentary`"),
        (Template.INTERNAL_COMP, {}, "does not allow `present`"),
        (Template.RF_STANDARD, {"medium": Medium.PRINT}, "`printRun lteq 500000`"),
    ],
)
def test_a_licence_for_something_else_does_not_clear(
    shop: Shop, film: Project, template: Template, run: dict[str, Any], said: str
) -> None:
    _licence(shop, template)
    _use(shop, film)
    assert any(said in each.en for each in _check(shop, film, **run))


def test_a_licence_for_another_project_does_not_clear(shop: Shop, film: Project) -> None:
    _licence(shop, project="Another Reel")
    _use(shop, film)
    (told,) = _check(shop, film)
    assert "for the project `Another Reel` only" in told.en
    with shop.station.change(STATION) as change:
        change.edit(film, name="Another Reel")
    with shop.station.reading() as connection:
        told_of = check_uses(connection, replace(film, name="Another Reel"), **RUN)
    assert told_of == ()


def test_a_licence_that_no_longer_holds_does_not_clear(shop: Shop, film: Project) -> None:
    licence = _licence(shop)
    _use(shop, film)
    assert _check(shop, film) == ()
    with shop.station.change(STATION) as change:
        licence = suspend(change, licence, "a claim")
    assert "is suspended" in _check(shop, film)[0].en
    with shop.station.change(STATION) as change:
        revoke(change, licence, "the claim holds")
    assert "was revoked" in _check(shop, film)[0].en


def _version_of_film(shop: Shop, film: Project, shot: Entity, content: bytes) -> None:
    with shop.station.change(STATION) as change:
        blob = shop.station.blobs.put(content)
        file = add_file(change, film, blob, name="bg.exr", media_type="image/x-exr",
                        account_id=None, task_id=None)  # fmt: skip
        add_version(change, shot, files=(VersionFile("bg.exr", file.digest),))


def test_a_version_with_an_assets_content_is_a_use(shop: Shop, film: Project, shot: Entity) -> None:
    _version_of_film(shop, film, shot, f"lantern of {shop.asset.id}".encode())
    _version_of_film(shop, film, shot, f"lantern of {shop.asset.id}".encode())
    _version_of_film(shop, film, shot, b"our own")
    (told,) = _check(shop, film)
    assert (told.label, told.use_id, told.file) == ("014-002", None, "lantern.exr")
    _use(shop, film, shot)
    (told,) = _check(shop, film)
    assert told.use_id is not None


def test_what_is_only_a_draft_of_somebody_is_not_told(
    shop: Shop, film: Project, shot: Entity
) -> None:
    with shop.station.change(STATION) as change:
        change.edit(shop.asset, state=AssetState.DRAFT)
    _version_of_film(shop, film, shot, f"lantern of {shop.asset.id}".encode())
    assert _check(shop, film) == ()
    with pytest.raises(NotFound):
        _use(shop, film, shot)


def test_ones_own_needs_no_licence(shop: Shop, film: Project, shot: Entity) -> None:
    with shop.station.change(STATION) as change:
        _, version = lantern(change, shop.station, shop.market.buyer)
        add_use(change, film, version.id, entity_id=shot.id)
    with shop.station.reading() as connection:
        assert uses_of(connection, film) == ()


def test_a_use_names_shots_and_licences_of_its_own_film(shop: Shop, film: Project) -> None:
    offer = shop.offer(terms=of_all(is_exclusive=False), price_rule=PRICE)
    others = shop.reserve(shop.quote(offer, shop.market.freelancer))
    with pytest.raises(InvalidInput, match="is no licence"):
        _use(shop, film, licence_id=others.id)
    with shop.station.change(STATION) as change:
        other = change.add(Project(new_id(), 1, film.organisation_id, "Another"))
        shot = add_entity(change, other, kind=Kind.SHOT, label="001-001", position=1)
    with pytest.raises(InvalidInput, match="another project"):
        _use(shop, film, shot)


def test_a_shot_has_an_asset_once(shop: Shop, film: Project, shot: Entity) -> None:
    _use(shop, film, shot)
    with pytest.raises(Conflict):
        _use(shop, film, shot)
