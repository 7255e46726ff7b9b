"""Locked scene numbers stay; what comes between gets letters; what goes is OMITTED."""

from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.locking import lock_numbers
from mstation.breakdown.numbering import scene_numbers
from mstation.screenplay import read
from mstation.screenplay.revisions import keep_ids
from mstation.screenplay.script import ElementKind, Script

SEEN = {
    "HALL": "Coats hang in a row.",
    "BARN": "A mare sleeps standing.",
    "YARD": "Wind, dust, nobody.",
    "CAVE": "Water drips from above.",
    "DOCK": "Gulls fight over bread.",
    "MILL": "Wheels turn with no grain.",
    "LOFT": "An unmade bed under glass.",
    "TOMB": "Names that cannot be read.",
}


def _script(places: list[str]) -> Script:
    text = "\n\n".join(f"INT. {place} - DAY\n\n{SEEN[place]}" for place in places)
    return read(text.encode(), path="x.fountain", language="en")


def _locked(old: Script, new: Script) -> Script:
    return lock_numbers(keep_ids(new, old), old)


def _numbers(script: Script) -> list[tuple[str, str]]:
    return [
        (each.scene_number, each.text.removeprefix("INT. ").removesuffix(" - DAY"))
        for each in script.elements
        if each.kind is ElementKind.SCENE_HEADING
    ]


FIVE = ["HALL", "BARN", "YARD", "CAVE", "DOCK"]


def test_scenes_between_get_letters() -> None:
    locked = _locked(_script(FIVE), _script(["HALL", "MILL", "LOFT", *FIVE[1:]]))
    assert _numbers(locked)[:4] == [("1", "HALL"), ("1A", "MILL"), ("1B", "LOFT"), ("2", "BARN")]


def test_a_scene_before_the_first_is_a1() -> None:
    assert _numbers(_locked(_script(FIVE), _script(["MILL", *FIVE])))[0] == ("A1", "MILL")


def test_a_scene_between_12_and_12a_is_a12a() -> None:
    once = _locked(_script(FIVE), _script(["HALL", "MILL", *FIVE[1:]]))
    twice = _locked(once, _script(["HALL", "LOFT", "MILL", *FIVE[1:]]))
    assert _numbers(twice)[:4] == [("1", "HALL"), ("A1A", "LOFT"), ("1A", "MILL"), ("2", "BARN")]


def test_a_cut_scene_reads_omitted_and_keeps_its_number() -> None:
    locked = _locked(_script(FIVE), _script(["HALL", "YARD", "CAVE", "DOCK"]))
    assert _numbers(locked)[:3] == [("1", "HALL"), ("2", "OMITTED"), ("3", "YARD")]


def test_a_moved_scene_leaves_omitted_behind() -> None:
    locked = _locked(_script(FIVE), _script(["HALL", "YARD", "CAVE", "DOCK", "BARN"]))
    assert ("2", "OMITTED") in _numbers(locked)
    assert _numbers(locked)[-1] == ("5A", "BARN")


def test_numbers_that_the_older_script_wrote_are_kept_as_written() -> None:
    old = read(b"INT. HALL - DAY #12A#\n\nHush.\n\nINT. BARN - DAY #14#\n\nHay.\n", path="x")
    new = read(b"INT. HALL - DAY\n\nHush.\n\nINT. BARN - DAY\n\nHay.\n", path="x")
    assert [number for number, _ in _numbers(_locked(old, new))] == ["12A", "14"]


@given(st.permutations(sorted(SEEN)), st.integers(1, 8))
def test_kept_scenes_keep_their_numbers_and_none_is_given_twice(order: list[str], end: int) -> None:
    old = _script(FIVE)
    locked = _locked(old, _script(order[:end]))
    numbers = _numbers(locked)
    assert len({number for number, _ in numbers}) == len(numbers)
    given = dict(zip(scene_numbers([""] * 5), FIVE, strict=True))
    for number, place in numbers:
        if number in given:
            assert place in (given[number], "OMITTED")
    assert {number for number, _ in numbers} >= set(given)
    ids = [each.id for each in locked.elements]
    assert len(set(ids)) == len(ids)
