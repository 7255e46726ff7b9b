"""What people can do, how well they say, and by what it can be seen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from mstation.errors import InvalidInput
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.schema import Id, keep, metadata, own_columns
from mstation.station.talent.people import Person, tell_change
from mstation.station.talent.vocabulary import skill_named
from mstation.station.wording import prose

LEVELS = range(1, 6)  # learning, helped, alone, teaches others, known for it
_MOST_EVIDENCE = 1000


@dataclass(frozen=True, slots=True)
class PersonSkill:
    """What somebody can do.

    evidence: where it can be seen, as they say it. deliveries: how often work that shows it was
    accepted, by the station's own log; never told by those who write the rest.
    """

    id: str
    revision: int
    party_id: str
    person_id: str
    skill_code: str
    level: int
    evidence: str = ""
    deliveries: int = 0


person_skills = keep(
    PersonSkill,
    Table(
        "person_skills",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("person_id", Id, ForeignKey("people.id"), nullable=False),
        Column("skill_code", String(60), nullable=False),
        Column("level", Integer, nullable=False),
        Column("evidence", String(_MOST_EVIDENCE), nullable=False),
        Column("deliveries", Integer, nullable=False),
        UniqueConstraint("person_id", "skill_code"),
    ),
)


def set_skill(
    change: Change, person: Person, *, skill: str, level: int, evidence: str = ""
) -> PersonSkill:
    """Say how well somebody can do something, for the first time or anew.

    Raises:
        InvalidInput: when the vocabulary has no such skill, or the level is none of 1 to 5.
    """
    code = skill_named(skill).code
    if level not in LEVELS:
        raise InvalidInput("a skill has a level from 1 to 5", zh="技能等级为 1 到 5")
    told = {
        "level": level,
        "evidence": prose(evidence, "evidence", "佐证", most=_MOST_EVIDENCE),
    }
    found = find_where(change.connection, PersonSkill, person_id=person.id, skill_code=code)
    if found:
        made = change.edit(found[0], **told)
    else:
        own = (person.party_id, person.id, code)
        made = change.add(PersonSkill(new_id(), 1, *own, **told))  # type: ignore[arg-type]
    tell_change(change, person)
    return made


def show_skill(change: Change, person: Person, code: str) -> None:
    """Count a delivery that was accepted as evidence of a skill, where somebody says they have it.

    code: the skill's in the vocabulary.
    """
    for said in find_where(change.connection, PersonSkill, person_id=person.id, skill_code=code):
        change.edit(said, deliveries=said.deliveries + 1)


def remove_skill(change: Change, person: Person, skill: PersonSkill) -> None:
    """Say it no more.

    Raises:
        Stale: when it was changed since it was read.
    """
    change.remove(skill)
    tell_change(change, person)
