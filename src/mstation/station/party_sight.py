"""What of a party's events one reader is shown: those of rows that they may read in its name.

Who keeps a party's calendar may read its log, and not by that its bank's numbers.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from mstation.station.change import Actor
from mstation.station.events import Event, events
from mstation.station.parties import acting_for, may_act_for
from mstation.station.permissions import party_permissions

_READ_AS = {  # rows read by the right to something else; others by their own name, or with the log
    "asset_imports": "assets.read",
    "asset_versions": "assets.read",
    "attestations": "people.read",
    "bids": "tenders.read",
    "blackouts": "facilities.read",
    "bookings": "party_bookings.read",
    "cases": "own_cases.read",
    "change_orders": "work.read",
    "consents": "people.read",
    "contracts": "work.read",
    "credits": "people.read",
    "disclosures": "people.read",
    "documents": "holdings.read",
    "entitlements": "downloads.read",
    "external_ids": "identifiers.read",
    "fingerprints": "assets.read",
    "grants": "licences.read",
    "ledger_accounts": "statements.read",
    "milestones": "work.read",
    "nonconformities": "work.read",
    "offers": "assets.read",
    "order_lines": "sales.read",
    "package_grants": "tenders.read",
    "package_questions": "tenders.read",
    "person_skills": "people.read",
    "postings": "statements.read",
    "rate_cards": "people.read",
    "receipts": "payments.read",
    "refunds": "sales.read",
    "releases": "holdings.read",
    "renditions": "assets.read",
    "resources": "facilities.read",
    "split_shares": "shares.read",
    "splits": "shares.read",
    "work_deliveries": "work.read",
    "work_disputes": "work.read",
}


def party_events_seen(
    connection: Connection, actor: Actor, party_id: str, number: int, most: int
) -> list[Event]:
    """Return the next events of a party after a number that a reader may see, `most` at most.

    Raises:
        NotFound: when there is no such party, or nothing of it may be done by them.
        Forbidden: when they may read none.
    """
    party = acting_for(connection, actor, party_id, "party_events.read")
    barred = [
        noun
        for noun, action in _actions().items()
        if not may_act_for(connection, actor, party.id, action)
    ]
    query = (
        select(events)
        .where(events.c.party_id == party.id, events.c.number > number)
        .where(events.c.noun.not_in(barred))
        .order_by(events.c.number)
        .limit(most)
    )
    return [Event(**row) for row in connection.execute(query).mappings()]


def _actions() -> dict[str, str]:
    """Return the action by which rows of a table are read in a party's name."""
    told = {action for action, _ in party_permissions() if action.endswith(".read")}
    return {action.removesuffix(".read"): action for action in sorted(told)} | _READ_AS
