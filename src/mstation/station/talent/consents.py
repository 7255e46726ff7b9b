"""The consent ledger: who may see what of somebody, for what, until when; nothing in it is changed.

A line gives or withdraws; the last line of a purpose, a group of fields, a kind and a recipient
counts. Whatever is shown to others needs a general consent. Who is not of the house needs that the
provision to third parties was consented to separately; who is of another country, that it leaves
the country; what is sensitive, that too. For somebody under 18 a guardian agrees, which is stricter
than PIPL art. 31 (14 years) and GDPR art. 8 (16). Sources: PIPL arts. 13-15, 23, 29, 38-39; GDPR
arts. 6-7.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)

from mstation.errors import InvalidInput, Stale, Tongue
from mstation.station.accounts import written
from mstation.station.change import Change, find, hold
from mstation.station.guards import guard
from mstation.station.ids import new_id
from mstation.station.parties import Party
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, own_columns
from mstation.station.talent.people import Person, is_minor, on_change, people, tell_change

HOUSE, EVERYBODY = "house", "everybody"  # recipients that are no party


class Purpose(StrEnum):
    """What somebody's data is seen for."""

    DIRECTORY = "directory"
    HIRING = "hiring"
    CONTRACT = "contract"
    CREWING = "crewing"


class FieldGroup(StrEnum):
    """What of somebody is seen together."""

    PROFILE = "profile"
    CREDITS = "credits"
    RATES = "rates"
    AVAILABILITY = "availability"
    CONTACT = "contact"
    NEEDS = "needs"


SENSITIVE = frozenset({FieldGroup.NEEDS})  # PIPL art. 28; GDPR art. 9: health


class ConsentKind(StrEnum):
    """To what exactly is agreed: each of the last three separately."""

    GENERAL = "general"
    SENSITIVE = "sensitive"
    THIRD_PARTY = "third_party"
    CROSS_BORDER = "cross_border"


NAMES_CONTACT = (ConsentKind.THIRD_PARTY, ConsentKind.CROSS_BORDER)


@dataclass(frozen=True, slots=True)
class Consent:
    """One line of the ledger.

    number: counts somebody's lines from 1. recipient: a party's id, `house` or `everybody`.
    text_digest: SHA-256 of what they read, in `language`; empty where it was withdrawn.
    """

    id: str
    revision: int
    party_id: str
    person_id: str
    number: int
    purpose: Purpose
    field_group: FieldGroup
    kind: ConsentKind
    recipient: str
    recipient_contact: str
    is_given: bool
    language: str
    text_digest: str = field(metadata={"digest_of": "what they read"})
    expires_at: datetime | None
    made_by: str
    made_at: datetime
    guardian: str = ""  # who agreed for somebody under 18


consents = keep(
    Consent,
    Table(
        "consents",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("person_id", Id, ForeignKey("people.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("purpose", String(16), nullable=False),
        Column("field_group", String(16), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("recipient", Id, nullable=False),
        Column("recipient_contact", String(200), nullable=False),
        Column("is_given", Boolean, nullable=False),
        Column("language", String(8), nullable=False),
        Column("text_digest", String(64), nullable=False),
        Column("expires_at", Moment),
        Column("made_by", Id, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("guardian", String(200), nullable=False),
        UniqueConstraint("person_id", "number"),
    ),
)
guard(
    "consents_stay",
    "a line of the consent ledger is never changed or removed; write another",
    "同意记录不可更改或删除，请另写一条",
    sqlite=[
        f"CREATE TRIGGER consents_stay_{verb.lower()} BEFORE {verb} ON consents "
        "BEGIN SELECT RAISE(ABORT, 'guard:consents_stay'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    postgresql=[
        "CREATE FUNCTION consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'guard:consents_stay' USING ERRCODE = 'check_violation'; END $$",
        "CREATE TRIGGER consents_stay BEFORE UPDATE OR DELETE ON consents "
        "FOR EACH ROW EXECUTE FUNCTION consents_stay()",
    ],
)


@dataclass(frozen=True, slots=True)
class Wording:
    """To what somebody agrees, and until when; guardian: who agrees for somebody under 18."""

    purpose: Purpose
    field_group: FieldGroup
    kind: ConsentKind
    recipient: str
    recipient_contact: str = ""
    expires_at: datetime | None = None
    guardian: str = ""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is read before it is agreed to, and its SHA-256."""

    text: str
    digest: str


def consent_text(connection: Connection, wording: Wording, tongue: Tongue) -> ConsentText:
    """Return what somebody reads before they agree.

    Raises:
        NotFound: when the recipient is no party here.
        InvalidInput: when it is sensitive without need, or the recipient's contact is missing.
    """
    contact = _checked_contact(wording)
    told = _words()
    day = wording.expires_at
    until = told["until"][tongue][0 if day is None else 1]
    text = told["kinds"][wording.kind][tongue].format(
        recipient=_recipient(connection, wording.recipient, tongue),
        group=told["groups"][wording.field_group][tongue],
        purpose=told["purposes"][wording.purpose][tongue],
        contact=contact,
    )
    if wording.guardian:
        text += told["guardian"][tongue].format(guardian=_guardian(wording))
    text += told["end"][tongue].format(until=until.format(day="" if day is None else day.date()))
    return ConsentText(text, hashlib.sha256(text.encode()).hexdigest())


def give_consent(
    change: Change, person: Person, wording: Wording, *, tongue: Tongue, text_digest: str
) -> Consent:
    """Write down that somebody agreed to a text that they read.

    Raises:
        Stale: when the text is another than the one they read.
        InvalidInput: when it would be over already, says too little, or lacks a minor's guardian.
        NotFound: when the recipient is no party here.
    """
    if wording.expires_at is not None and wording.expires_at <= change.at:
        raise InvalidInput("this consent would be over already", zh="该同意的有效期已过")
    _require_guardian(change, person, wording)
    text = consent_text(change.connection, wording, tongue)
    if text.digest != text_digest:
        raise Stale(
            "the text of the consent is another than the one that was read; read it again",
            zh="同意书文本与您读到的不同，请重新阅读",
        )
    made = _write(change, person, wording, True, str(tongue), text_digest)
    tell_change(change, person)
    return made


def withdraw_consent(
    change: Change,
    person: Person,
    *,
    purpose: Purpose | None = None,
    field_group: FieldGroup | None = None,
    kind: ConsentKind | None = None,
    recipient: str | None = None,
) -> list[Consent]:
    """Withdraw what somebody consented to, at once: all of it, or what is named."""
    wanted = {
        "purpose": purpose, "field_group": field_group, "kind": kind, "recipient": recipient,
    }  # fmt: skip
    lines = [
        _write(change, person, _wording_of(each), False, each.language, "")
        for each in standing(consents_of(change.connection, person.id), change.at)
        if all(value is None or getattr(each, name) == value for name, value in wanted.items())
    ]
    tell_change(change, person)
    return lines


def consents_of(connection: Connection, person_id: str) -> list[Consent]:
    """Return somebody's ledger, the first line first."""
    query = consents.select().where(consents.c.person_id == person_id).order_by(consents.c.number)
    return [noun_of(Consent, dict(row)) for row in connection.execute(query).mappings()]


def standing(lines: Iterable[Consent], at: datetime) -> list[Consent]:
    """Return the lines that count at a moment, of a ledger in its order."""
    last = {(each.purpose, each.field_group, each.kind, each.recipient): each for each in lines}
    return [
        each
        for each in last.values()
        if each.is_given and (each.expires_at is None or at < each.expires_at)
    ]


def _write(
    change: Change, person: Person, wording: Wording, is_given: bool, language: str, digest: str
) -> Consent:
    hold(change.connection, people, person.id)  # one line after another
    last = select(func.max(consents.c.number)).where(consents.c.person_id == person.id)
    number = (change.connection.execute(last).scalar() or 0) + 1
    return change.add(
        Consent(
            new_id(), 1, person.party_id, person.id, number, wording.purpose, wording.field_group,
            wording.kind, wording.recipient, wording.recipient_contact.strip(), is_given, language,
            digest, wording.expires_at if is_given else None,
            change.actor.account_id or change.actor.id, change.at, _guardian(wording),
        )
    )  # fmt: skip


def _wording_of(line: Consent) -> Wording:
    own = (line.purpose, line.field_group, line.kind, line.recipient, line.recipient_contact)
    return Wording(*own, guardian=line.guardian)


def _guardian(wording: Wording) -> str:
    return written(wording.guardian, "guardian", "监护人") if wording.guardian else ""


def _require_guardian(change: Change, person: Person, wording: Wording) -> None:
    is_young = is_minor(person, change.at)
    if is_young and not wording.guardian:
        raise InvalidInput(
            "somebody under 18 needs a guardian's consent: name the guardian who read this",
            zh="未满 18 周岁须由监护人同意，请填写阅读本文的监护人姓名",
        )
    if wording.guardian and not is_young:
        raise InvalidInput(
            "nobody agrees for an adult: leave the guardian out, or tell the year of birth first",
            zh="不得代成年人同意：请勿填写监护人；未成年人请先填写出生年份",
        )


@on_change
def _end_unguarded(change: Change, person: Person) -> None:
    """End what somebody agreed to alone, who turns out to be under 18."""
    if not is_minor(person, change.at):
        return
    lines = standing(consents_of(change.connection, person.id), change.at)
    for each in lines:
        if not each.guardian:
            _write(change, person, _wording_of(each), False, each.language, "")


def _checked_contact(wording: Wording) -> str:
    if wording.kind is ConsentKind.SENSITIVE and wording.field_group not in SENSITIVE:
        raise InvalidInput(
            f"`{wording.field_group}` holds nothing sensitive; a general consent is enough",
            zh=f"`{wording.field_group}` 不含敏感个人信息，一般同意即可",
        )
    if wording.kind not in NAMES_CONTACT:
        return ""
    return written(wording.recipient_contact, "recipient's contact", "接收方联系方式")


def _recipient(connection: Connection, recipient: str, tongue: Tongue) -> str:
    known: dict[str, dict[str, str]] = _words()["recipients"]
    if recipient in known:
        return known[recipient][tongue]
    party = find(connection, Party, recipient)
    name = party.name_zh if tongue == "zh" and party.name_zh else party.name
    return f"{name} ({party.country})"


@cache
def _words() -> dict[str, Any]:
    text = files("mstation.station.talent").joinpath("consents.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
