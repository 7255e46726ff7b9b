"""Whom a film needs, by its breakdown: each row of the table with its reason and its days."""

from __future__ import annotations

from typing import Any

import pytest

from mstation.breakdown.element import Category
from mstation.errors import InvalidInput, Unsupported
from mstation.station.talent.needs import crew_needs, need_rows, read_breakdown
from mstation.station.talent.vocabulary import roles

A_FILM: dict[str, Any] = {
    "schema": "mstation.breakdown/1",
    "cast": [{"id": "lena", "age": 12}, {"id": "benno", "age": 68}, {"id": "voss", "age": None}],
    "scenes": [
        {"id": "s1", "interior": "EXT", "time": "night", "present": ["benno"]},
        {"id": "s2", "interior": "INT", "time": "day", "present": ["lena", "voss"]},
        {"id": "s3", "interior": "INT/EXT", "time": "day", "present": []},
    ],
    "sheets": [
        {"scene_id": "s1", "number": "1", "eighths": 20, "elements": [{"category": "stunts"}]},
        {"scene_id": "s2", "number": "2", "eighths": 8, "elements": [{"category": "animals"}]},
        {"scene_id": "s3", "number": "3", "eighths": 30},
    ],
}


def test_what_a_scene_asks_for_is_needed_on_its_days_alone() -> None:
    needs = {(each.role, each.scenes): each for each in crew_needs(read_breakdown(A_FILM))}
    by_role = {role: (need.count, need.days, scenes) for (role, scenes), need in needs.items()}
    assert by_role["gaffer"] == (1, 3, ("1", "2", "3"))  # 58 eighths, 24 a day
    assert by_role["generator_operator"] == (1, 1, ("1",))
    assert by_role["location_manager"] == (1, 3, ("1", "3"))  # 50 eighths
    assert by_role["chaperone"] == (1, 1, ("2",))
    assert by_role["animal_wrangler"] == (1, 1, ("2",))
    assert by_role["stunt_coordinator"] == (1, 1, ("1",))
    assert needs["lighting_technician", ("1",)].count == 3  # more than every day's two
    assert "picture_vehicle_coordinator" not in by_role


def test_the_table_knows_the_breakdowns_words_and_says_why_in_both_languages() -> None:
    known = {"always", "exterior", "night_exterior", "minors", *Category}
    for row in need_rows():
        assert row.role in roles()
        assert row.when in known
        assert row.en
        assert row.zh
        assert row.count >= 1


@pytest.mark.parametrize("document", [{}, {**A_FILM, "sheets": [{"number": 1}]}, {"scenes": "x"}])
def test_what_is_no_breakdown_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_breakdown(document)
    with pytest.raises(Unsupported):
        read_breakdown({**A_FILM, "schema": "mstation.breakdown/9"})
