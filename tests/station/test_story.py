"""A station full of the exchange: what is kept of it, moved, swept, and still refused after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, String, Table, func, select
from sqlalchemy.exc import IntegrityError

from mstation.errors import Conflict
from mstation.station import guards
from mstation.station.backup import restore_backup, write_backup
from mstation.station.change import STATION, Actor, find_where
from mstation.station.exchange.catalogue import Sought, live_assets
from mstation.station.exchange.disputes import DisputeState, disputes
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    Entry,
    TransactionKind,
    ledger_account,
    post,
)
from mstation.station.exchange.orders import OrderLine, order_lines, release_line
from mstation.station.ids import new_id
from mstation.station.schema import kept_nouns, metadata, now, table_of
from mstation.station.station import Station, open_station
from mstation.station.sweeping import sweep
from mstation.station.talent.finding import Wanted, find_people
from mstation.station.talent.showing import viewer_of
from tests.station.crew import Crew
from tests.station.databases import NewDatabase
from tests.station.market import Market
from tests.station.story import Story, tell_story
from tests.station.test_backup import rows_of, wrong_with
from tests.station.test_sweeping import age_all

PARTS = ("exchange", "space", "talent", "work_orders")
NAMES_NO_BLOB = {  # sixty-four signs that are the digest of no content of ours
    "asset_imports.sheet_sha256", "bids.commitment", "certificates.fingerprint",
    "cuts.build", "entities.script_id", "match_runs.plan_sha256", "sessions.address",
    "versions.build",
}  # fmt: skip


@pytest.fixture
def story(station: Station, crew: Crew, market: Market) -> Story:
    return tell_story(station, crew, market)


def test_every_column_that_could_name_a_blob_says_whether_it_does() -> None:
    unsaid = set()
    for noun in kept_nouns():
        table = table_of(noun)
        for each in fields(noun):
            kind = table.c[each.name].type
            if not isinstance(kind, String) or kind.length != 64:
                continue
            names_one = f"_{each.name}".endswith("_digest")
            if not names_one and not {"secret", "digest_of"} & each.metadata.keys():
                unsaid.add(f"{table.name}.{each.name}")
    assert unsaid == NAMES_NO_BLOB


def test_the_story_is_sound_moves_to_another_database_and_back_and_its_laws_with_it(
    story: Story, new_database: NewDatabase, tmp_path: Path
) -> None:
    with story.station.reading() as connection:
        assert list(_untold(connection)) == []
    assert wrong_with(story.station) == []
    before, first, second = rows_of(story.station), tmp_path / "1.zip", tmp_path / "2.zip"
    write_backup(story.station, first)
    address = f"sqlite:///{tmp_path / 'there.db'}"
    restore_backup(first, address, tmp_path / "there")
    there = open_station(address, folder=tmp_path / "there")
    write_backup(there, second)
    there.close()
    address = new_database()
    restore_backup(second, address, tmp_path / "back")
    back = open_station(address, folder=tmp_path / "back")
    assert rows_of(back) == before
    assert wrong_with(back) == []
    _is_found(back, story)
    for station in (story.station, back):
        refused = {name for name, attack in ATTACKS.items() if _is_refused(station, name, attack)}
        assert refused == set(guards._guards)
        assert rows_of(station) == before
    back.close()


def test_all_that_the_story_names_is_kept_and_what_nothing_names_is_not(story: Story) -> None:
    blobs = story.station.blobs
    blobs.put(b"of nobody")
    age_all(story.station)
    assert sweep(story.station).blobs == 1
    assert set(story.digests.values()) <= set(blobs.digests())
    assert wrong_with(story.station) == []


def _untold(connection: Connection) -> Iterator[str]:
    """Return the nouns of the exchange of which the story has no row."""
    for noun in kept_nouns():
        count = select(func.count()).select_from(table_of(noun))
        if noun.__module__.split(".")[2] in PARTS and not connection.execute(count).scalar():
            yield noun.__name__


def _is_found(station: Station, story: Story) -> None:
    """Find an asset and a person by a Chinese word: the indexes were made anew."""
    who = story.market.people["buyer-owner"]
    with station.reading() as connection:
        found = connection.execute(live_assets(connection, Sought("青铜"))).mappings().all()
        viewer = viewer_of(connection, Actor("account", who.id, who.id))
        people, _ = find_people(connection, viewer, Wanted("林可"), now(), after="", most=5)
    assert [each["id"] for each in found] == [story.shop.asset.id]
    assert [each.id for each in people] == [story.person.id]


# --- what the database itself refuses -----------------------------------------------------------


def _said(statement: str) -> Callable[[Connection], None]:
    """Return an attack by one statement that changes every row it can."""

    def attack(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return attack


def _copied(name: str, where: str = "1 = 1", **changes: Any) -> Callable[[Connection], None]:
    """Return an attack that writes a row once more, under another id."""

    def attack(connection: Connection) -> None:
        _copy(connection, metadata.tables[name], where, changes)

    return attack


def _copy(connection: Connection, table: Table, where: str, changes: dict[str, Any]) -> str:
    query = f"SELECT id FROM {table.name} WHERE {where} LIMIT 1"
    id_ = connection.exec_driver_sql(query).scalar_one()
    row = connection.execute(select(table).where(table.c.id == id_)).mappings().one()
    made = new_id()
    connection.execute(table.insert().values({**row, "id": made, **changes}))
    return made


def _posting_nothing(connection: Connection) -> None:
    table = metadata.tables["ledger_transactions"]
    made = _copy(connection, table, "1 = 1", {"key": "again", "posted": False})
    connection.execute(table.update().where(table.c.id == made).values(posted=True))


def _sharing_nothing(connection: Connection) -> None:
    table = metadata.tables["splits"]
    made = _copy(connection, table, "1 = 1", {"sealed": False})
    connection.execute(table.update().where(table.c.id == made).values(sealed=True))


def _draw(station: Station) -> None:
    """Pay out of escrow what nobody paid in."""
    with station.change(STATION) as change:
        (party, *_) = change.connection.exec_driver_sql("SELECT party_id FROM houses").scalars()
        out = ledger_account(change, AccountKind.ESCROW, "CNY")
        to = ledger_account(change, AccountKind.PAYABLE, "CNY", party)
        about = About("orders", new_id())
        entries = [Entry(out, 1, about), Entry(to, -1)]
        post(change, kind=TransactionKind.RELEASED, about=about, entries=entries, key="theft")


def _release_what_is_disputed(station: Station) -> None:
    with station.change(STATION) as change:
        of_lines = disputes.c.about_noun == order_lines.name
        query = select(disputes.c.about_id).where(disputes.c.state == DisputeState.OPEN, of_lines)
        id_ = change.connection.execute(query).scalar_one()
        (line,) = find_where(change.connection, OrderLine, id=id_)
        release_line(change, line)


_SECOND = "position = 2"
ATTACKS: dict[str, Callable[..., None]] = {
    "bid_early": _said("UPDATE bids SET amount = 1 WHERE state = 'sealed'"),
    "bid_late": _said("UPDATE bids SET sealed = 'x' WHERE state = 'won'"),
    "booked_twice": _copied("booking_slots"),
    "books_closed": _said("UPDATE postings SET amount = amount + 1"),
    "books_overdrawn": _draw,
    "books_unbalanced": _posting_nothing,
    "case_waits": _said(
        "UPDATE assets SET state = 'live', version_id = (SELECT asset_version_id FROM cases) "
        "WHERE id = (SELECT asset_id FROM asset_versions "
        "WHERE id = (SELECT asset_version_id FROM cases))"
    ),
    "consents_stay": _said("UPDATE consents SET language = 'xx'"),
    "contract_sum": _said("UPDATE contracts SET amount = amount + 1"),
    "deadline_moved": _said("UPDATE work_packages SET bids_due_at = bids_due_at - 1"),
    "disputes_freeze": _release_what_is_disputed,
    "fewer_than_booked": _said("UPDATE resources SET capacity = 0 WHERE capacity = 1"),
    "grants_exclusive": _copied("grants", licence_id="another", is_exclusive=True),
    "grants_stand": _said("UPDATE grants SET medium = 'any'"),
    "licences_stand": _said("UPDATE licences SET number = 'x'"),
    "milestone_fixed": _said("UPDATE milestones SET amount = amount + 1"),
    "milestone_unaccepted": _said(
        "UPDATE milestones SET state = 'released', released_at = 1, released_by = 'acceptance' "
        f"WHERE {_SECOND}"
    ),
    "milestone_unchecked": _said(f"UPDATE milestones SET state = 'accepted' WHERE {_SECOND}"),
    "shares_sealed": _said("UPDATE split_shares SET bp = bp - 1"),
    "shares_whole": _sharing_nothing,
}


def _is_refused(station: Station, name: str, attack: Callable[..., None]) -> bool:
    """Return whether a law of this name refuses an attack."""
    law = guards._guards[name]
    try:
        if attack in (_draw, _release_what_is_disputed):
            attack(station)
        else:
            with station.engine.begin() as connection:
                attack(connection)
    except IntegrityError as error:
        found = guards.refused_by(error)
        return found is not None and str(found) == law.en
    except Conflict as error:
        return str(error) == law.en
    return False
