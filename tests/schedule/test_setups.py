from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mstation.schedule.setups import letter_of, list_setups, setups_of, shooting_order
from mstation.shots.shot import CameraKey, Shot, Size
from tests.cut.film import clip


def shot(number: int, position: tuple[float, float, float], *, towards: float = -3.0,
         lens: float = 50.0, size: Size = Size.MS) -> Shot:  # fmt: skip
    x, y, z = position
    key = CameraKey(0, position, (x, y, z + towards), lens)
    return replace(clip(number, 0, 24).shot, camera=(key,), lens_mm=lens, size=size)


def test_letters_leave_out_i_and_o_and_go_on_with_two() -> None:
    letters = [letter_of(place) for place in range(60)]
    assert letters[:9] == ["A", "B", "C", "D", "E", "F", "G", "H", "J"]
    assert letters[23:26] == ["Z", "AA", "AB"]
    assert len(set(letters)) == 60
    assert not any(letter in name for name in letters for letter in "IO")


def test_shots_from_one_place_through_one_lens_are_one_setup() -> None:
    first = shot(1, (0.0, 1.5, 3.0))
    near = shot(2, (0.05, 1.5, 3.05))
    longer = shot(3, (0.0, 1.5, 3.0), lens=85.0)
    elsewhere = shot(4, (1.0, 1.5, 3.0))
    turned = shot(5, (0.0, 1.5, 3.0), towards=3.0)
    found = setups_of((first, longer, near, elsewhere, turned))
    assert found == {
        first.id: "A", near.id: "A", longer.id: "B", elsewhere.id: "C", turned.id: "D",
    }  # fmt: skip


def test_a_side_is_shot_whole_and_from_wide_to_tight() -> None:
    north_tight = shot(1, (0.0, 1.5, 3.0), size=Size.CU)
    south = shot(2, (0.0, 1.5, -3.0), towards=3.0, size=Size.MS)
    north_wide = shot(3, (0.0, 1.5, 5.0), size=Size.WS)
    order = shooting_order(list_setups((north_tight, south, north_wide)))
    assert [each.first.id for each in order] == [north_wide.id, north_tight.id, south.id]
    assert [each.letter for each in order] == ["C", "A", "B"]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.booleans()), max_size=14))
def test_every_shot_is_in_one_setup_and_every_setup_is_shot_once(
    places: list[tuple[int, int, bool]],
) -> None:
    shots = [
        shot(number, (float(x), 1.5, float(z)), towards=3.0 if turns else -3.0)
        for number, (x, z, turns) in enumerate(places, start=1)
    ]
    setups = list_setups(shots)
    assert sorted(each.id for setup in setups for each in setup.shots) == sorted(
        s.id for s in shots
    )
    assert sorted(each.letter for each in shooting_order(setups)) == sorted(
        s.letter for s in setups
    )
