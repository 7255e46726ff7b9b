"""People: who they are and what they do, as they say it; a profile belongs to a party of its own.

Somebody signed in keeps their own. An organisation's address book holds people who have no account:
named parties that it keeps, whom nobody else sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import JSON, Column, Connection, ForeignKey, Index, Integer, String, Table

from mstation.errors import Conflict, InvalidInput, NotFound
from mstation.station.accounts import checked_address, written
from mstation.station.change import Actor, Change, find, find_where, missing
from mstation.station.exchange.assets import AssetVersion
from mstation.station.ids import new_id
from mstation.station.parties import Party, PartyKind, acting_for, named_party
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.talent.naming import letters_of, pinyin_of
from mstation.station.talent.vocabulary import role_named
from mstation.station.wording import MOST_SIGNS, prose

OF_AGE = 18
MOST_ALIASES, MOST_LANGUAGES, MOST_ROLES = 20, 30, 20
_LANGUAGE = re.compile("[a-z]{2,3}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,30}")


class NameOrder(StrEnum):
    """Which name a person's letters begin with."""

    FAMILY_FIRST = "family_first"
    GIVEN_FIRST = "given_first"


class Visible(StrEnum):
    """By whom somebody may be found at all, however much they consented to."""

    NOBODY = "nobody"
    HOUSE = "house"
    EVERYBODY = "everybody"


class Fluency(StrEnum):
    """How well somebody speaks a language. Source: CEFR, Council of Europe."""

    A1 = "a1"
    A2 = "a2"
    B1 = "b1"
    B2 = "b2"
    C1 = "c1"
    C2 = "c2"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that somebody speaks; code: ISO 639, two or three small letters."""

    code: str
    level: Fluency


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works on films.

    party_id: who they are in the exchange. keeper_id: the party in whose address book they stand;
    none: they keep it themselves.
    needs: what they need on set (health, access, diet): sensitive, shown by separate consent only.
    birth_year: shown to nobody, in no search and no match: says whether a guardian must consent.
    sort_name: small letters by which lists are in order.
    """

    id: str
    revision: int
    party_id: str
    keeper_id: str | None
    family_name: str
    given_name: str
    name_order: NameOrder
    name_zh: str
    pinyin: str
    sort_name: str
    aliases: tuple[str, ...] = ()
    headline: str = ""
    biography: str = ""
    country: str = ""
    city: str = ""
    languages: tuple[Language, ...] = ()
    role_codes: tuple[str, ...] = ()  # what they want to work as: `vocabulary.roles`
    showreel_url: str = ""
    showreel_version_id: str | None = None
    email: str = ""
    phone: str = ""
    needs: str = ""
    birth_year: int | None = None
    visible: Visible = Visible.NOBODY
    erased_at: datetime | None = None  # then nothing of them is here any more

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return shown_name(self.family_name, self.given_name, self.name_order) or self.name_zh


people = keep(
    Person,
    Table(
        "people",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, unique=True),
        Column("keeper_id", Id, ForeignKey("parties.id"), index=True),
        Column("family_name", String(200), nullable=False),
        Column("given_name", String(200), nullable=False),
        Column("name_order", String(16), nullable=False),
        Column("name_zh", String(200), nullable=False),
        Column("pinyin", String(2000), nullable=False),
        Column("sort_name", String(200), nullable=False),
        Column("aliases", JSON, nullable=False),
        Column("headline", String(200), nullable=False),
        Column("biography", String(MOST_SIGNS), nullable=False),
        Column("country", String(2), nullable=False),
        Column("city", String(200), nullable=False),
        Column("languages", JSON, nullable=False),
        Column("role_codes", JSON, nullable=False),
        Column("showreel_url", String(500), nullable=False),
        Column("showreel_version_id", Id, ForeignKey("asset_versions.id")),
        Column("email", String(254), nullable=False),
        Column("phone", String(40), nullable=False),
        Column("needs", String(MOST_SIGNS), nullable=False),
        Column("birth_year", Integer),
        Column("visible", String(16), nullable=False),
        Column("erased_at", Moment),
        Index(
            "ix_people_order",
            "sort_name",
            "id",
            postgresql_include=["erased_at", "party_id", "keeper_id"],  # what a search asks of all
        ),
    ),
)
COMPUTED = ("id", "revision", "party_id", "keeper_id", "pinyin", "sort_name", "erased_at")
TOLD = tuple(each.name for each in fields(Person) if each.name not in COMPUTED)

Listener = Callable[[Change, Person], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Let what is derived of profiles be told of each one that changed, and of its parts."""
    _listeners.append(listener)
    return listener


def tell_change(change: Change, person: Person) -> None:
    """Tell those who derive something of profiles that this one, or a part of it, changed."""
    for listener in _listeners:
        listener(change, person)


def add_person(change: Change, party: Party, **told: Any) -> Person:
    """Begin a profile: one's own, of a person's party; or of somebody in an address book.

    party: a person's own, or the organisation whose address book it is; the person is then a new
    party that is only named.

    Raises:
        InvalidInput: when nothing names them, or what is told cannot be used.
        Conflict: when the party has its profile.
    """
    person = _made(change.connection, party, told)
    keeper_id = None
    if party.kind is PartyKind.ORGANISATION:
        keeper_id = party.id
        country = person["country"] or party.country
        party = named_party(
            change, kind=PartyKind.PERSON, name=_shown(person), country=country,
            name_zh=person["name_zh"],
        )  # fmt: skip
    elif find_where(change.connection, Person, party_id=party.id):
        raise Conflict("you have a profile already; change it", zh="您已有个人档案，请直接修改")
    made = change.add(Person(new_id(), 1, party.id, keeper_id, **person))
    tell_change(change, made)
    return made


def edit_person(change: Change, person: Person, **told: Any) -> Person:
    """Change what a profile says; nothing else of it changes.

    Raises:
        InvalidInput: when nothing would name them, or what is told cannot be used.
        Stale: when somebody else changed it since it was read.
    """
    party = find(change.connection, Party, person.keeper_id or person.party_id)
    before = {name: getattr(person, name) for name in TOLD}
    changed = change.edit(person, **_made(change.connection, party, {**before, **told}))
    tell_change(change, changed)
    return changed


def shown_name(family: str, given: str, order: NameOrder) -> str:
    """Return a name in letters, in its order."""
    parts = (family, given) if order is NameOrder.FAMILY_FIRST else (given, family)
    return " ".join(part for part in parts if part)


def kept_by(connection: Connection, actor: Actor, person_id: str, action: str) -> Person:
    """Return a profile that an actor may do something with: their own, or of an address book.

    Raises:
        NotFound: when there is none, or it is kept by others.
        Forbidden: when this may not be done.
    """
    person = found_person(connection, person_id)
    try:
        acting_for(connection, actor, person.keeper_id or person.party_id, action)
    except NotFound as error:
        raise no_person(person_id) from error
    return person


def found_person(connection: Connection, person_id: str) -> Person:
    """Return somebody who is here.

    Raises:
        NotFound: when there is none, or they were erased.
    """
    person = find(connection, Person, person_id)
    if person.erased_at is not None:
        raise no_person(person_id)
    return person


def is_own(connection: Connection, actor: Actor, person: Person) -> bool:
    """Return whether an actor is the person: nobody consents for somebody else."""
    party = find(connection, Party, person.party_id)
    return actor.account_id is not None and party.account_id == actor.account_id


def is_minor(person: Person, at: datetime) -> bool:
    """Return whether somebody is under 18, or may be still this year; unknown: they are not."""
    return person.birth_year is not None and at.year - person.birth_year <= OF_AGE


def no_person(person_id: str) -> NotFound:
    """Return the error of one who looks for somebody that is not there, for them."""
    return missing(Person, person_id)


def checked_person(told: dict[str, Any]) -> dict[str, Any]:
    """Return what is told of somebody as it is kept, with its sound and place in the order.

    Raises:
        InvalidInput: when nothing names them, or what is told cannot be used; `path` says which.
    """
    checked = {name: check_field(name, value) for name, value in told.items()}
    person = {name: checked.get(name, default) for name, default in _NOTHING.items()}
    shown = _shown(person)
    if not shown:
        raise InvalidInput(
            "a person has a family name, a given name or a Chinese name",
            zh="请填写姓、名或中文姓名",
        )
    ordered = (person["family_name"] + person["given_name"]) or person["name_zh"]
    return {**person, "pinyin": pinyin_of(person["name_zh"]), "sort_name": letters_of(ordered)}


def check_field(name: str, value: Any) -> Any:
    """Return one thing that is told of somebody, as it is kept.

    Raises:
        InvalidInput: when it cannot be used.
    """
    return _CHECKS[name](value)


def _made(connection: Connection, party: Party, told: dict[str, Any]) -> dict[str, Any]:
    person = checked_person(told)
    version_id = person["showreel_version_id"]
    if version_id is not None:
        version = find(connection, AssetVersion, version_id)
        if version.party_id != party.id:
            raise NotFound(
                f"there is no assetversion `{version_id}` of yours",
                zh=f"您没有 `{version_id}`（AssetVersion）",
            )
    return person


def _shown(person: dict[str, Any]) -> str:
    told = shown_name(person["family_name"], person["given_name"], person["name_order"])
    return told or str(person["name_zh"])


def _line(text: str) -> str:
    return written(text, "text", "文字") if text.strip() else ""


def _aliases(names: Sequence[str]) -> tuple[str, ...]:
    _at_most(names, MOST_ALIASES, "aliases", "别名")
    return tuple(dict.fromkeys(written(each) for each in names if each.strip()))


def _roles(codes: Sequence[str]) -> tuple[str, ...]:
    _at_most(codes, MOST_ROLES, "roles", "工种")
    return tuple(dict.fromkeys(role_named(each).code for each in codes))


def _languages(told: Sequence[Language | dict[str, Any]]) -> tuple[Language, ...]:
    _at_most(told, MOST_LANGUAGES, "languages", "语言")
    spoken = [each if isinstance(each, Language) else Language(**each) for each in told]
    by_code = {each.code: Language(each.code, Fluency(each.level)) for each in spoken}
    for code in by_code:
        if not _LANGUAGE.fullmatch(code):
            raise InvalidInput(
                f"`{code[:20]}` is no language: two or three small letters of ISO 639, as zh",
                zh=f"`{code[:20]}` 不是语言代码：请用 ISO 639 的两或三个小写字母，如 zh",
            )
    if len(by_code) < len(spoken):
        raise InvalidInput("a language stands there twice", zh="语言重复")
    return tuple(by_code.values())


def _country(code: str) -> str:
    if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
        raise InvalidInput(
            f"`{code[:10]}` is no country's code: two capitals of ISO 3166-1, as CN",
            zh=f"`{code[:10]}` 不是国家代码：请用 ISO 3166-1 两位大写字母，如 CN",
        )
    return code


def web_address(url: str) -> str:
    """Return a link that a browser may follow, or nothing.

    Raises:
        InvalidInput: when it is no http(s) address.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_one = False
    if url and not (is_one and len(url) <= 500 and url.isprintable() and " " not in url):
        raise InvalidInput(
            f"`{url[:60]}` is no web address; it begins with https://",
            zh=f"`{url[:60]}` 不是网址；应以 https:// 开头",
        )
    return url


def _phone(number: str) -> str:
    number = number.strip()
    if number and not _PHONE.fullmatch(number):
        raise InvalidInput(
            f"`{number[:40]}` is no telephone number: digits, as +86 571 5555 0199",
            zh=f"`{number[:40]}` 不是电话号码：只写数字，如 +86 571 5555 0199",
        )
    return number


def _birth_year(year: int | None) -> int | None:
    if year is not None and not 1900 <= year <= 2100:
        raise InvalidInput(
            "a year of birth is from 1900 to 2100", zh="出生年份应在 1900 至 2100 之间"
        )
    return year


def _at_most(told: Sequence[Any], most: int, what: str, what_zh: str) -> None:
    if len(told) > most:
        raise InvalidInput(f"at most {most} {what}", zh=f"{what_zh}最多 {most} 个")


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "family_name": _line,
    "given_name": _line,
    "name_order": NameOrder,
    "name_zh": _line,
    "aliases": _aliases,
    "headline": _line,
    "biography": lambda text: prose(text, "biography", "简介"),
    "country": _country,
    "city": _line,
    "languages": _languages,
    "role_codes": _roles,
    "showreel_url": web_address,
    "showreel_version_id": lambda id_: id_,
    "email": lambda email: checked_address(email) if email.strip() else "",
    "phone": _phone,
    "needs": lambda text: prose(text, "text", "文字"),
    "birth_year": _birth_year,
    "visible": Visible,
}
_NOTHING: dict[str, Any] = {
    **dict.fromkeys(TOLD, ""),
    "name_order": NameOrder.GIVEN_FIRST,
    "aliases": (),
    "languages": (),
    "role_codes": (),
    "showreel_version_id": None,
    "birth_year": None,
    "visible": Visible.NOBODY,
}
