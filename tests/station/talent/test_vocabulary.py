"""The bilingual words for what people do and can do."""

from __future__ import annotations

import re

import pytest

from mstation.errors import InvalidInput
from mstation.station.talent.vocabulary import (
    Term,
    departments,
    role_named,
    roles,
    skill_kinds,
    skill_named,
    skills,
    terms_with,
)

EVERYTHING = (departments, roles, skill_kinds, skills)


def _every() -> list[Term]:
    return [term for words in EVERYTHING for term in words().values()]


def test_there_are_departments_roles_and_skills_enough_for_a_film() -> None:
    assert len(departments()) == 18
    assert len(roles()) >= 120
    assert len(skills()) >= 150


def test_no_code_and_no_label_names_two_of_a_kind() -> None:
    for words in EVERYTHING:
        for label in ("code", "en", "zh"):
            told = [getattr(term, label).casefold() for term in words().values()]
            assert len(set(told)) == len(told)


def test_every_word_is_there_in_both_languages() -> None:
    for term in _every():
        assert re.fullmatch("[a-z0-9_]+", term.code)
        assert term.en.strip() == term.en != ""
        assert term.zh.strip() == term.zh != ""
    for term in (*departments().values(), *roles().values(), *skill_kinds().values()):
        assert re.search("[\u4e00-\u9fff]", term.zh), term


def test_every_role_is_of_a_department_and_every_skill_of_a_kind() -> None:
    assert {role.of for role in roles().values()} == set(departments())
    assert {skill.of for skill in skills().values()} == set(skill_kinds())


def test_a_unit_group_of_isco_has_four_digits() -> None:
    assert all(re.fullmatch("([0-9]{4})?", role.isco) for role in roles().values())
    assert role_named("editor").isco == "2654"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("场记", "script_supervisor"),
        ("Gaffer", "gaffer"),
        ("灯光师", "gaffer"),
        ("跟焦员", "first_assistant_camera"),
        ("威亚师", "wire_rigger"),
        ("特效化妆师", "special_makeup_effects_artist"),
    ],
)
def test_a_role_is_known_by_what_is_said_on_set(written: str, code: str) -> None:
    assert role_named(written).code == code


def test_an_unknown_word_is_refused_and_the_next_best_named() -> None:
    with pytest.raises(InvalidInput, match="did you mean `steadicam_operator`"):
        role_named("steadicam")
    with pytest.raises(InvalidInput):
        skill_named("")


def test_words_are_sought_in_both_languages() -> None:
    assert [role.code for role in terms_with(roles(), "威亚")] == ["wire_rigger"]
    assert [role.code for role in terms_with(roles(), "focus puller")] == ["first_assistant_camera"]
