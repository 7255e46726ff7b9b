from dataclasses import replace
from typing import Any

import pytest

from mstation.screenplay.lexicon import lexicon
from mstation.sheets.wording import compass_text, feet_text, move_text, words_of
from mstation.shots.shot import Angle, Move, Role, Size
from tests.cut.film import clip


def keys_of(table: dict[str, Any], path: str = "") -> set[str]:
    return {
        key
        for name, value in table.items()
        for key in (keys_of(value, f"{path}{name}.") if isinstance(value, dict) else {path + name})
    }


def test_both_languages_say_the_same_things() -> None:
    assert keys_of(words_of("en")) == keys_of(words_of("zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_size_angle_move_and_role_has_a_word(language: str) -> None:
    words = words_of(language)  # type: ignore[arg-type]
    for table, kinds in (("sizes", Size), ("angles", Angle), ("moves", Move), ("roles", Role)):
        assert set(words[table]) == {kind.value for kind in kinds}
        assert len(set(words[table].values())) == len(kinds)


def test_a_reason_calls_a_size_as_the_sheets_do() -> None:
    assert lexicon("mstation.shots", "reasons")["sizes"] == words_of("zh")["sizes"]


def test_lengths_are_said_in_feet_and_inches() -> None:
    plan = words_of("en")["plan"]
    assert feet_text(1.8034, plan) == "5′11″"
    assert feet_text(0.3048 * 6 - 0.001, plan) == "6′0″"
    assert feet_text(-0.3048, plan) == "−1′0″"


def test_winds_are_told_clockwise_from_north() -> None:
    assert [compass_text(degrees, "en") for degrees in (0, 44, 90, 181, 350)] == [
        "N", "NE", "E", "S", "N",
    ]  # fmt: skip
    assert compass_text(225, "zh") == "西南"


def test_a_camera_in_the_hand_says_so() -> None:
    shot = replace(clip(1, 0, 24).shot, move=Move.STATIC, shake_deg=0.0)
    assert move_text(shot, words_of("en")) == "static"
    assert move_text(replace(shot, shake_deg=0.4), words_of("en")) == "static, handheld"
    assert move_text(replace(shot, shake_deg=0.4), words_of("zh")) == "固定、手持"
