import re
from dataclasses import replace

import pytest

from mstation.screenplay.lexicon import lexicon
from mstation.shots.reasons import breaks_of, told
from mstation.shots.shot import Move, Need, Reason, Size
from mstation.shots.taken import AXIS, PLACE, RULES, VISIBILITY
from tests.shots.plays import conversation, facing_pair
from tests.shots.test_rules import shoot

WORDS = lexicon("mstation.shots", "reasons")
LONGEST = Reason(
    Need.OTS, Size.MCU, ("林晚",), "周师傅", "", Move.PUSH_IN, "特写 林晚", tuple(RULES.values())
)


def test_every_need_move_size_and_rule_has_its_words() -> None:
    assert set(WORDS["needs"]) == {need.value for need in Need}
    assert set(WORDS["moves"]) == {move.value for move in Move if move is not Move.STATIC}
    assert set(WORDS["gave_way"]) == set(RULES.values())
    assert set(WORDS["sizes"]) == {size.value for size in Size}


@pytest.mark.parametrize("need", Need)
def test_both_languages_tell_the_same_values(need: Need) -> None:
    english, chinese = (set(re.findall(r"{\w+}", WORDS["needs"][need][at])) for at in ("en", "zh"))
    assert english - {"{size}"} == chinese - {"{size}"}


@pytest.mark.parametrize("need", Need)
def test_a_chinese_reason_has_no_english_word(need: Need) -> None:
    sentence = told(replace(LONGEST, need=need, prop="信"), "zh")
    assert not re.search("[A-Za-z]", sentence)
    assert sentence.endswith("。")


def test_a_reason_names_the_rules_that_gave_way_the_weightiest_first() -> None:
    assert breaks_of(PLACE | AXIS | VISIBILITY) == ("axis", "visibility", "establishing")
    reason = Reason(Need.SINGLE, Size.CU, ("MARA",), "", gave_way=("axis", "jump"))
    assert told(reason, "en").endswith(
        "nothing legal was left: the line is crossed at this cut; "
        "under 30 degrees and two sizes from the shot before."
    )
    assert "nobody" in told(reason, "en")
    assert told(None, "en") == told(None, "zh") == ""


def test_a_shot_over_a_shoulder_names_both_people() -> None:
    reasons = [shot.why for shot in shoot(conversation(facing_pair(), lines=10))[0].shots]
    over = [reason for reason in reasons if reason and reason.need is Need.OTS]
    assert over
    for reason in over:
        assert {*reason.people, reason.other} == {"ANN", "BOB"}
