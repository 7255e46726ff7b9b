"""People to test with, and ways to let them consent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mstation.station.accounts import Account
from mstation.station.change import Actor, Change
from mstation.station.ids import new_id
from mstation.station.parties import person_party
from mstation.station.talent.consents import (
    EVERYBODY,
    ConsentKind,
    FieldGroup,
    Purpose,
    Wording,
    consent_text,
    give_consent,
)
from mstation.station.talent.people import Person, Visible, add_person

OPEN = (ConsentKind.GENERAL, ConsentKind.THIRD_PARTY, ConsentKind.CROSS_BORDER)
CONTACT = "privacy@example.org"


def acting(account: Account) -> Actor:
    return Actor("account", account.id, account.id)


def agree(
    change: Change,
    person: Person,
    *kinds: ConsentKind,
    group: FieldGroup = FieldGroup.PROFILE,
    purpose: Purpose = Purpose.DIRECTORY,
    recipient: str = EVERYBODY,
    until: datetime | None = None,
) -> None:
    for kind in kinds:
        wording = Wording(purpose, group, kind, recipient, CONTACT, until)
        text = consent_text(change.connection, wording, "en")
        give_consent(change, person, wording, tongue="en", text_digest=text.digest)


def somebody(change: Change, **told: Any) -> Person:
    """Make a person with an account of their own, whom everybody may see."""
    name = told.get("name_zh") or told.get("family_name") or "Somebody"
    account = change.add(Account(new_id(), 1, f"{new_id().lower()}@example.org", name, ""))
    party = person_party(change, account, country="CN", name_zh=told.get("name_zh", ""))
    person = add_person(change, party, **{"visible": Visible.EVERYBODY, **told})
    agree(change, person, *OPEN)
    return person
