"""Somebody is erased: what is theirs goes, also from the log; what must stay names nobody.

Sources: PIPL art. 47; GDPR art. 17. What stays: the ledger of money and licences, which the law
asks for; the lines of the consent ledger and who saw what, which prove what was lawful; the digests
of attestations. They know somebody by an id that nothing names any more. A backup made before holds
what it held: delete it, or erase again after it is brought back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, update

from mstation.errors import Conflict
from mstation.station.accounts import Account
from mstation.station.change import Change, find, find_where
from mstation.station.events import Event, events
from mstation.station.idempotency import answers
from mstation.station.invitations import Invitation
from mstation.station.organisations import Member, Place
from mstation.station.parties import Party
from mstation.station.permissions import Role
from mstation.station.schema import Noun, plain
from mstation.station.talent.consents import consents
from mstation.station.talent.credits import Attestation, AttestationState, attestations
from mstation.station.talent.finding import forget_words
from mstation.station.talent.holdings import (
    account_of_person,
    log_of,
    parts_of,
    parts_of_account,
)
from mstation.station.talent.match_runs import forget_in_runs
from mstation.station.talent.people import TOLD, Person, Visible
from mstation.station.talent.showing import disclosures, forget_sights

NOBODY = "erased 已删除"
STAYS = (consents.name, disclosures.name, attestations.name)
_NAMES = ("name", "name_zh", "family_name", "given_name", "email", "phone", "aliases", "pinyin")
_SHOWN_IN_LOG = ("id", "revision", "party_id", "person_id", "account_id", "erased_at")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was done: rows that went, by table; rows that stay without a name, and why."""

    removed: dict[str, int]
    kept: dict[str, int]
    reason: str = (
        "kept as the law asks, by an id that names nobody: consents, who saw what, attestations, "
        "and the ledger of money; 依法保留且不再指向任何人：同意记录、查阅记录、证明摘要与资金账目"
    )


def erase_person(change: Change, person: Person) -> Erasure:
    """Erase somebody: profile, party's name, account and sign-in, and all of it in the log.

    Raises:
        Conflict: when an organisation would be left without an owner.
    """
    connection = change.connection
    account = account_of_person(connection, person)
    if account is not None:
        _leave_organisations(change, account)
    signed = parts_of_account(connection, account)
    log = log_of(connection, person, account, signed)
    names = _names_of(connection, person, account, log)
    forget_in_runs(change, person.id)
    removed, kept = _remove_parts(change, person)
    _end_attestations(change, person)
    if account is not None:
        _close(change, account, signed)
    _blank(change, person)
    forget_words(connection, person.id)
    forget_sights(connection, person.id)
    change.tell_all()  # so that what was just said of it is scrubbed too
    _scrub_log(connection, log_of(connection, person, account, signed), names)
    _forget_answers(connection, [person.id, person.party_id, account.id if account else person.id])
    return Erasure(removed, kept)


def _remove_parts(change: Change, person: Person) -> tuple[dict[str, int], dict[str, int]]:
    removed: dict[str, int] = {}
    kept: dict[str, int] = {}
    found = [(table, rows) for table, rows in parts_of(change.connection, person) if rows]
    for table, rows in reversed(found):  # what refers to another was made after it
        if table.name in STAYS:
            kept[table.name] = len(rows)
            continue
        for row in rows:
            change.remove(row)
        removed[table.name] = len(rows)
    return removed, kept


def _end_attestations(change: Change, person: Person) -> None:
    standing = {"party_id": person.party_id, "state": AttestationState.STANDS}
    for each in find_where(change.connection, Attestation, **standing):
        change.edit(each, state=AttestationState.VOID, ended_at=change.at)


def _blank(change: Change, person: Person) -> None:
    party = find(change.connection, Party, person.party_id)
    change.edit(party, name=NOBODY, name_zh="", uscc="", account_id=None)
    empty: dict[str, Any] = {
        name: type(value)() if isinstance(value := getattr(person, name), str | tuple) else None
        for name in TOLD
        if name not in ("name_order", "visible")
    }
    change.edit(
        person, **empty, pinyin="", sort_name="", visible=Visible.NOBODY, erased_at=change.at
    )


def _leave_organisations(change: Change, account: Account) -> None:
    for member in find_where(change.connection, Member, account_id=account.id):
        owners = find_where(
            change.connection, Member, organisation_id=member.organisation_id, role=Role.OWNER
        )
        if [each.id for each in owners] == [member.id]:
            raise Conflict(
                "an organisation has no owner but you; give it another first",
                zh="您是某个组织唯一的所有者，请先指定其他所有者",
            )
        change.remove(member)
    for place in find_where(change.connection, Place, account_id=account.id):
        change.remove(place)


def _close(change: Change, account: Account, signed: list[Noun]) -> None:
    """Let nobody sign in by an account any more, and nothing of it name somebody."""
    for row in signed:
        change.remove(row)
    for invitation in find_where(change.connection, Invitation, email=account.email):
        change.edit(invitation, email="")
    change.edit(
        account, email=f"{account.id}@erased.invalid", name=NOBODY, password_hash="",
        is_email_proven=False,
    )  # fmt: skip


def _names_of(
    connection: Connection, person: Person, account: Account | None, log: list[Event]
) -> set[str]:
    """Return every name and address that somebody has or had here."""
    party = find(connection, Party, person.party_id)
    rows: list[Noun] = [person, party, *([account] if account is not None else [])]
    told = [plain(row) for row in rows]
    told += [part for each in log for part in (each.before, each.after) if part]
    texts = (text for row in told for name in _NAMES for text in _texts(row.get(name)))
    names = {person.name, *texts}
    return {name for name in names if len(name) > 1}


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _scrub_log(connection: Connection, log: Iterable[Event], names: set[str]) -> None:
    """Take somebody out of their log: the only change that is ever made to an event."""
    for event in log:
        before, after = (_scrubbed(event.noun, row, names) for row in (event.before, event.after))
        if (before, after) != (event.before, event.after):
            connection.execute(
                update(events)
                .where(events.c.number == event.number)
                .values(before=before, after=after)
            )


_PARTS = ("availabilities", "credits", "crew_holds", "person_skills", "rate_cards")
_OURS = ("people", "parties", "accounts", "sessions", "tokens", "identities", "authenticators")


def _scrubbed(noun: str, row: dict[str, Any] | None, names: set[str]) -> dict[str, Any] | None:
    if row is None:
        return None
    if noun in _OURS or (noun in _PARTS and noun not in STAYS):
        return {name: row[name] for name in _SHOWN_IN_LOG if name in row} | {"erased": True}
    scrubbed: dict[str, Any] = _without(row, sorted(names, key=len, reverse=True))
    return scrubbed


def _without(value: Any, names: list[str]) -> Any:
    if isinstance(value, str):
        for name in names:
            value = value.replace(name, "…")
        return value
    if isinstance(value, dict):
        return {name: _without(each, names) for name, each in value.items()}
    return [_without(each, names) for each in value] if isinstance(value, list) else value


def _forget_answers(connection: Connection, ids: list[str]) -> None:
    """Forget what was answered about somebody, or to them, to requests that may be sent again."""
    rows = connection.execute(answers.select()).mappings().all()
    for row in rows:
        told = orjson.loads(row["body"]) if row["body"] else None
        if row["actor_id"] in ids or any(id_ in str(told) for id_ in ids):
            mine = (answers.c.actor_id == row["actor_id"]) & (answers.c.key == row["key"])
            connection.execute(answers.delete().where(mine))
