"""An address book as CSV, in and out: people by rows, faults by row and column, nothing by half.

Who is taken in is only noted: a named party without an account, whom nobody else sees before they
sign in themselves and consent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from mstation.errors import InvalidInput, NotFound, Tongue
from mstation.station.change import Change, find_where
from mstation.station.parties import Party
from mstation.station.production.faults import Faults
from mstation.station.production.sheet_files import MOST_BYTES, read_csv
from mstation.station.talent.people import (
    Language,
    Person,
    add_person,
    check_field,
    checked_person,
    edit_person,
)
from mstation.station.talent.skills import LEVELS, PersonSkill, set_skill
from mstation.station.talent.vocabulary import skill_named

MOST_ROWS = 5_000
_ID = "id"
_SKILLS = "skills"
COLUMNS = {
    _ID: ("ID", "编号"),
    "family_name": ("Family name", "姓"),
    "given_name": ("Given name", "名"),
    "name_order": ("Name order", "姓名顺序"),
    "name_zh": ("Chinese name", "中文姓名"),
    "aliases": ("Aliases", "别名"),
    "headline": ("Headline", "一句话介绍"),
    "biography": ("Biography", "简介"),
    "role_codes": ("Roles", "工种"),
    _SKILLS: ("Skills", "技能"),
    "languages": ("Languages", "语言"),
    "country": ("Country", "国家"),
    "city": ("City", "城市"),
    "email": ("E-mail", "邮箱"),
    "phone": ("Telephone", "电话"),
    "showreel_url": ("Showreel", "作品集"),
}


@dataclass(frozen=True, slots=True)
class BookImport:
    """What a file did to an address book."""

    added: int
    changed: int
    unchanged: int


def book_rows(connection: Connection, party: Party, tongue: Tongue) -> Iterator[list[str]]:
    """Yield the headings, then the people of an address book by their names."""
    yield [labels[tongue == "zh"] for labels in COLUMNS.values()]
    kept = find_where(connection, Person, keeper_id=party.id, erased_at=None)
    for person in sorted(kept, key=lambda each: (each.sort_name, each.id)):
        skills = find_where(connection, PersonSkill, person_id=person.id)
        yield [_cell(person, name, skills) for name in COLUMNS]


def take_in_book(change: Change, party: Party, data: bytes) -> BookImport:
    """Note and change the people of a file in an organisation's address book, all of them.

    Raises:
        Faulty: when any cell has a fault: all are told, nothing is changed.
        InvalidInput: when the file cannot be read at all, or the party keeps no address book.
    """
    if party.organisation_id is None:
        raise InvalidInput("an organisation keeps an address book", zh="只有组织可以维护通讯录")
    known = {
        each.id: each
        for each in find_where(change.connection, Person, keeper_id=party.id, erased_at=None)
    }
    faults = Faults()
    rows = [(number, told) for number, told in _read(data, faults)]
    seen: set[str] = set()
    for number, told in rows:
        _check_id(number, told.get(_ID, ""), known, seen, faults)
    faults.refuse()
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for _, told in rows:
        counts[_take(change, party, known.get(told.pop(_ID, "")), told)] += 1
    return BookImport(**counts)


def _take(change: Change, party: Party, person: Person | None, told: dict[str, Any]) -> str:
    skills: list[tuple[str, int]] = told.pop(_SKILLS, [])
    before = person
    if before is None:
        person = add_person(change, party, **told)
    else:
        person = edit_person(change, before, **told)
    levels = {
        each.skill_code: each.level
        for each in find_where(change.connection, PersonSkill, person_id=person.id)
    }
    new = [(code, level) for code, level in skills if levels.get(code) != level]
    for code, level in new:
        set_skill(change, person, skill=code, level=level)
    if before is None:
        return "added"
    return "changed" if person != before or new else "unchanged"


def _read(data: bytes, faults: Faults) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows whose cells can be used, each with its number; the headings are row 1."""
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"the file is larger than {MOST_BYTES >> 20} MiB; send it in parts",
            zh=f"文件超过 {MOST_BYTES >> 20} MiB，请分批提交",
        )
    rows = read_csv(data)
    names = _head(next(rows, []), faults)
    if faults.count:
        return
    for number, cells in enumerate(rows, 2):
        if number > MOST_ROWS + 1:
            raise InvalidInput(
                f"an address book is taken in by at most {MOST_ROWS} rows; send it in parts",
                zh=f"一次最多导入 {MOST_ROWS} 行，请分批提交",
            )
        if any(cell.strip() for cell in cells):
            told = _row(number, names, cells, faults)
            if told is not None:
                yield number, told


def _head(headings: Sequence[str], faults: Faults) -> list[str]:
    known = {label.casefold(): name for name, labels in COLUMNS.items() for label in labels}
    names: list[str] = []
    for heading in headings:
        name = known.get(heading.strip().casefold())
        if name is None or name in names:
            faults.add_at(1, _bad_heading(heading, is_doubled=name in names))
        else:
            names.append(name)
    if not {"family_name", "given_name", "name_zh", _ID} & set(names):
        missing = InvalidInput("no column names anybody", zh="没有姓名列")
        faults.add_at(1, missing)
    return names


def _row(number: int, names: list[str], cells: list[str], faults: Faults) -> dict[str, Any] | None:
    before = faults.count
    told: dict[str, Any] = {}
    for place, cell in enumerate(cells):
        if place >= len(names):
            if cell.strip():
                faults.add_at(number, _no_heading(cell))
            continue
        try:
            told[names[place]] = _value(names[place], cell)
        except InvalidInput as error:
            faults.add_at(number, error, heading=COLUMNS[names[place]][0])
    if faults.count == before and not told.get(_ID):
        try:
            checked_person({n: v for n, v in told.items() if n not in (_ID, _SKILLS)})
        except InvalidInput as error:
            faults.add_at(number, error)
    return told if faults.count == before else None


def _value(name: str, cell: str) -> Any:
    match name:
        case "id":
            return cell.strip()
        case "skills":
            return [_skill(each) for each in _parts(cell)]
        case "languages":
            told = [each.partition(":") for each in _parts(cell)]
            return check_field(name, [_language(code, level) for code, _, level in told])
        case "aliases" | "role_codes":
            return check_field(name, _parts(cell))
        case "name_order":
            written = cell.strip().casefold() or "given_first"
            if written not in ("given_first", "family_first"):
                raise InvalidInput(
                    "the order is `given_first` or `family_first`",
                    zh="姓名顺序应为 given_first 或 family_first",
                )
            return check_field(name, written)
    return check_field(name, cell)


def _skill(written: str) -> tuple[str, int]:
    name, _, level = written.rpartition(":") if ":" in written else (written, "", "1")
    if not (level.strip().isdecimal() and int(level) in LEVELS):
        raise InvalidInput(
            f"`{written[:40]}` is no skill with a level from 1 to 5, as `nuke:4`",
            zh=f"`{written[:40]}` 不是带等级（1–5）的技能，例如 `nuke:4`",
        )
    return skill_named(name).code, int(level)


def _language(code: str, level: str) -> Language:
    levels = {"a1", "a2", "b1", "b2", "c1", "c2", "native"}
    written = level.strip().casefold() or "b2"
    if written not in levels:
        raise InvalidInput(
            f"`{level[:20]}` is no level of a language: a1 to c2, or native",
            zh=f"`{level[:20]}` 不是语言水平：a1 至 c2 或 native",
        )
    return Language(code.strip().casefold(), written)  # type: ignore[arg-type]


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]


def _check_id(
    number: int, id_: str, known: dict[str, Person], seen: set[str], faults: Faults
) -> None:
    if not id_:
        return
    if id_ not in known:
        error: InvalidInput | NotFound = NotFound(
            f"there is nobody `{id_[:40]}` in this address book",
            zh=f"通讯录中没有编号 `{id_[:40]}`",
        )
        faults.add_at(number, error, heading="ID")
    if id_ in seen:
        error = InvalidInput("this ID stands there twice", zh="编号重复")
        faults.add_at(number, error, heading="ID")
    seen.add(id_)


def _cell(person: Person, name: str, skills: list[PersonSkill]) -> str:
    match name:
        case "skills":
            return "; ".join(f"{each.skill_code}:{each.level}" for each in skills)
        case "languages":
            return "; ".join(f"{each.code}:{each.level}" for each in person.languages)
        case "aliases" | "role_codes":
            return "; ".join(getattr(person, name))
    return str(getattr(person, name))


def _bad_heading(heading: str, *, is_doubled: bool) -> InvalidInput:
    if is_doubled:
        return InvalidInput(
            f"the column `{heading[:40]}` stands there twice", zh=f"「{heading[:40]}」列重复"
        )
    return InvalidInput(
        f"there is no column `{heading[:40]}`; take it out",
        zh=f"没有「{heading[:40]}」这一列，请删除",
    )


def _no_heading(cell: str) -> InvalidInput:
    return InvalidInput(f"`{cell[:40]}` stands under no heading", zh=f"`{cell[:40]}` 上方没有标题")
