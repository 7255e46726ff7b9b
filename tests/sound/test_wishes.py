"""A person rewrites one cue: it changes, the others do not; what cannot be meant is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Mood
from mstation.errors import InvalidInput
from mstation.sound.score import plan_score
from mstation.sound.spot import spot_film
from mstation.sound.spots import Spotting
from mstation.sound.wishes import CueWish, doubts, read_wishes, wished, write_wishes
from tests.sound.scenes import drama

_PATH = "score.toml"
_wishes = st.builds(
    CueWish,
    st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable()),
    st.none() | st.sampled_from(Mood),
    st.none() | st.floats(0, 1),
    st.none() | st.floats(30, 240),
    st.booleans(),
)


def _film() -> Spotting:
    spotting = spot_film("A Film", "25", drama(3), seed=1)
    assert len(spotting.cues) > 2
    return spotting


@given(st.lists(_wishes, max_size=4, unique_by=lambda wish: wish.cue_id))
def test_what_is_written_is_read_again(wishes: list[CueWish]) -> None:
    assert read_wishes(write_wishes(wishes), _PATH) == tuple(wishes)


@pytest.mark.parametrize(("word", "mood"), [("悲伤", Mood.SAD), ("Awe", Mood.WONDER)])
def test_a_mood_goes_by_a_word_of_either_language(word: str, mood: Mood) -> None:
    (wish,) = read_wishes(f'[cues.bt-1]\nmood = "{word}"\n'.encode(), _PATH)
    assert wish.mood is mood


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[cues.a]\nmood = "sadd"', "did you mean `sad`"),
        ("[cues.a]\nstrength = 2", "0 to 1"),
        ("[cues.a]\npace_bpm = true", "30 to 240"),
        ("[cues.a]\noff = 1", "true or false"),
        ("[cues.a]\ntempo = 60", "no key `tempo`"),
        ("cues = 3", "a table a cue"),
        ("[shots.a]", "no table `shots`"),
        ("[cues.a", "not TOML"),
    ],
)
def test_what_cannot_be_meant_is_said_in_both_languages(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_wishes(text.encode(), _PATH)
    assert said in str(caught.value)
    assert any("\u4e00" <= each <= "\u9fff" for each in caught.value.told("zh"))


def test_a_cue_is_rewritten_and_the_others_are_planned_as_before() -> None:
    spotting = _film()
    cue = spotting.cues[1].spot
    mood = Mood.SAD if cue.mood is not Mood.SAD else Mood.ACTION
    asked = wished(spotting, [CueWish(cue.id, mood, 0.9, 80.0)])
    assert (asked.cues[1].spot.mood, asked.cues[1].spot.strength) == (mood, 0.9)
    assert asked.cues[1].spot.pace_bpm == 80
    assert asked.cues[1].spot.why[-1].en.startswith("as asked: ")
    before = {each.plan.cue_id: each.plan for each in plan_score(spotting).cues}
    after = {each.plan.cue_id: each.plan for each in plan_score(asked).cues}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {cue.id}


def test_a_cue_that_is_off_leaves_a_silence_and_the_others_their_names() -> None:
    spotting = _film()
    cue = spotting.cues[1]
    asked = wished(spotting, [CueWish(cue.spot.id, is_off=True)])
    assert asked.cues == (*spotting.cues[:1], *spotting.cues[2:])
    (bare,) = set(asked.silences) - set(spotting.silences)
    assert (bare.first_frame, bare.end_frame) == (
        cue.first_frame, cue.first_frame + cue.spot.frames,
    )  # fmt: skip
    assert "as asked" in bare.why.en


def test_a_wish_for_a_cue_that_is_gone_is_a_doubt() -> None:
    spotting = _film()
    known, gone = CueWish(spotting.cues[0].spot.id), CueWish("bt-gone", Mood.SAD)
    assert wished(spotting, [gone]) == spotting
    (doubt,) = doubts([known, gone], spotting)
    assert "bt-gone" in doubt.text
    assert "bt-gone" in doubt.zh
