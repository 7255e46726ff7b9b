"""The exchange under attack: whoever asks for what is not theirs, whatever it is, is not told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import product

import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from mstation.server.app import show
from mstation.station.accounts import TOKEN_MARK, add_token, new_key
from mstation.station.change import STATION
from mstation.station.events import events
from mstation.station.schema import kept_nouns, metadata, noun_of, table_of
from mstation.station.station import Station, open_station
from tests.station.crew import hire
from tests.station.databases import NewDatabase
from tests.station.market import open_market
from tests.station.story import BID_EACH, Story, tell_story

PARTS_OF = ("exchange", "space", "talent", "work_orders")
PARTS = {"exchange", "provenance", "space", "talent", "work orders"}
# The table whose ids stand after a word of an address, where it is not that word.
TABLE_OF = {"references": "files", "tenders": "work_packages"}
WORDS = {"kind": ("watermarked",), "paper": ("pdf",), "words": ("roles",)}
ASKED = {  # what an address must be told besides
    "/api/consent-text": "purpose=directory&field_group=profile&kind=general&language=en",
    "/api/identifiers": "scheme=isni&value=000000012150090X",
    "/api/projects/{project_id}/uses/findings": (
        "medium=svod&territory=NL&starts_at=2027-01-01T00:00:00Z"
    ),
    "/api/resources/{resource_id}/free": (
        "starts_at=2027-01-01T00:00:00Z&ends_at=2027-01-02T00:00:00Z"
    ),
}
MOST_IDS = 4  # of a noun


@pytest.fixture(scope="module")
def told(
    app: FastAPI, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Story]]:
    """One station for all that only reads."""
    station = open_station(new_database(), folder=tmp_path_factory.mktemp("attacked"))
    show(app, station)
    with TestClient(app, base_url="http://station.test", raise_server_exceptions=False) as client:
        yield client, tell_story(station, hire(station), open_market(station))
    station.close()


def addresses(client: TestClient, station: Station) -> Iterator[tuple[str, str]]:
    """Return every address of the exchange that is read, and what it is with ids of real rows."""
    described = client.get("/api/openapi.json").json()["paths"]
    for path, methods in described.items():
        if "get" in methods and PARTS & set(methods["get"].get("tags", ())):
            for filled in _filled(station, path):
                yield path, f"{filled}?{ASKED.get(path, '')}"


def _filled(station: Station, path: str) -> Iterator[str]:
    named = re.findall(r"(?:([a-z-]+)/)?\{(\w+)\}", path)
    choices = [WORDS.get(name) or _ids(station, word) for word, name in named]
    for chosen in product(*choices):
        yield path.format_map(dict(zip((name for _, name in named), chosen, strict=True)))


def _ids(station: Station, word: str) -> tuple[str, ...]:
    table = metadata.tables.get(TABLE_OF.get(word, word.replace("-", "_")))
    if table is None:
        return ()
    with station.reading() as connection:
        return tuple(connection.execute(select(table.c.id).limit(MOST_IDS)).scalars())


OPEN = {  # what whoever is signed in may read: what is offered, who may be seen, and words
    "/api/asset-versions/{version_id}",
    "/api/asset-versions/{version_id}/ai-declaration",
    "/api/asset-versions/{version_id}/previews/{kind}",
    "/api/assets",
    "/api/assets/{asset_id}",
    "/api/assets/{asset_id}/identifiers",
    "/api/companies",
    "/api/consent-text",
    "/api/exchange/templates",
    "/api/facilities",
    "/api/facilities/{facility_id}",
    "/api/facilities/{facility_id}/resources",
    "/api/house",
    "/api/identifiers",
    "/api/offers",
    "/api/offers/{offer_id}",
    "/api/parties",
    "/api/people/{person_id}",
    "/api/resource-kinds",
    "/api/resources/{resource_id}",
    "/api/resources/{resource_id}/free",
    "/api/talent",
    "/api/vocabulary/{words}",
}
TO_ALL = {  # what nobody needs to sign in for: to verify what they were given
    "/api/certificates",
    "/api/certificates/{certificate_id}",
    "/api/exchange/context.jsonld",
}
PHONE, BANK_NUMBER = "+86 10 5550", "622202020001"


def test_whoever_has_no_part_in_a_thing_reads_nothing_of_it(
    told: tuple[TestClient, Story],
) -> None:
    client, story = told
    market, crew = story.market, story.crew
    outsiders = {
        "nobody": ({}, TO_ALL),
        "stranger": (market.signed("stranger"), OPEN | TO_ALL),
        "vendor of the film": (crew.signed("vendor"), OPEN | TO_ALL),
        "client of the film": (crew.signed("client"), OPEN | TO_ALL),
    }
    for who, (header, allowed) in outsiders.items():
        client.cookies.clear()
        read = set()
        for path, url in addresses(client, story.station):
            answer = client.get(url, headers=header)
            assert answer.status_code < 500, (who, url, answer.text)
            assert PHONE not in answer.text, (who, url)
            assert BANK_NUMBER not in answer.text, (who, url)
            if answer.status_code < 300:
                read.add(path)
        assert read == allowed, who


def test_a_token_opens_no_more_than_its_scopes(told: tuple[TestClient, Story]) -> None:
    client, story = told
    key = TOKEN_MARK + new_key()
    owner = story.market.people["seller-owner"]
    with story.station.change(STATION) as change:
        add_token(change, owner, name="narrow", key=key, scopes=("projects.read",))
    header = {"Authorization": f"Bearer {key}"}
    for path, url in addresses(client, story.station):
        if path not in OPEN | TO_ALL:
            assert client.get(url, headers=header).status_code in (403, 404, 422), url


def test_no_answer_holds_what_the_station_keeps_to_itself(told: tuple[TestClient, Story]) -> None:
    client, story = told
    kept = secrets_of(story)
    assert {"bids.sealed", "calendar_feeds.key_digest"} <= set(kept.values())
    headers = [story.market.signed(f"{who}-owner") for who in ("seller", "buyer", "house")]
    for header in (*headers, story.crew.signed("owner")):
        for _, url in addresses(client, story.station):
            text = client.get(url, headers=header).text
            assert [kept[each] for each in kept if each in text] == [], url
            assert str(BID_EACH) not in text, url


def secrets_of(story: Story) -> dict[str, str]:
    """Return every secret text of every row, and where it stands; ids are known to many."""
    kept: dict[str, str] = {story.feed_key: "the key of a calendar"}
    with story.station.reading() as connection:
        for noun in kept_nouns():
            table = table_of(noun)
            for each in fields(noun):
                if each.metadata.get("secret") and table.name not in ("cases", "fingerprints"):
                    for value in connection.execute(select(table.c[each.name])).scalars():
                        if isinstance(value, str) and value:
                            kept[value] = f"{table.name}.{each.name}"
    return kept


def test_no_event_holds_a_secret_and_each_stands_in_the_log_of_its_own(
    told: tuple[TestClient, Story],
) -> None:
    _, story = told
    kept = secrets_of(story)
    with story.station.reading() as connection:
        rows = connection.execute(select(events)).mappings().all()
        places = {
            (table_of(noun).name, row["id"]): noun_of(noun, row)
            for noun in kept_nouns()
            for row in map(dict, connection.execute(select(table_of(noun))).mappings())
        }
    for row in rows:
        text = orjson.dumps([row["before"], row["after"]]).decode()
        assert [kept[each] for each in kept if each in text] == [], row["noun"]
        assert str(BID_EACH) not in text, row["noun"]
        own = places[row["noun"], row["noun_id"]]
        for name in ("organisation_id", "project_id", "party_id"):
            assert row[name] == getattr(own, name, None), row["noun"]


def test_a_log_tells_nobody_what_they_may_not_read_otherwise(
    told: tuple[TestClient, Story],
) -> None:
    client, story = told
    url = f"/api/parties/{story.market.seller.id}/events?most=1000"

    def seen(who: str) -> set[str]:
        answer = client.get(url, headers=story.market.signed(who))
        assert (BANK_NUMBER in answer.text) == (who == "seller-owner")
        return {each["noun"] for each in answer.json()}

    barred = {"bank_accounts", "ledger_accounts", "payouts", "postings"}
    assert seen("seller-owner") - seen("seller-coordinator") == barred


def test_a_vendor_and_a_client_of_a_film_are_told_nothing_of_its_trade(
    told: tuple[TestClient, Story],
) -> None:
    client, story = told
    url = f"/api/projects/{story.crew.project.id}/events?most=1000"
    trade = {
        table_of(noun).name for noun in kept_nouns() if noun.__module__.split(".")[2] in PARTS_OF
    }

    def seen(who: str) -> set[str]:
        answer = client.get(url, headers=story.crew.signed(who))
        return trade & {each["noun"] for each in answer.json()}

    assert seen("vendor") == seen("client") == set()
    assert {"contracts", "milestones", "match_runs", "shooting_days", "uses"} <= seen("owner")
    assert seen("artist") == {"shooting_days", "uses"}
