import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Character
from mstation.voices.casting import cast_voices

people = st.lists(
    st.builds(
        Character,
        id=st.integers(0, 10**6).map(lambda n: f"ch-{n}"),
        name=st.sampled_from(["MARA", "林晚", "NARRATOR", "旁白", "GUARD #2"]),
        sex=st.sampled_from(["female", "male", "unknown"]),
        age=st.integers(0, 110),
    ),
    max_size=40,
    unique_by=lambda person: person.id,
).map(tuple)


def person(name, sex, age):
    return Character(f"ch-{name}", name, sex=sex, age=age)


@given(people, st.sampled_from(["en", "zh"]))
def test_everyone_has_one_voice_in_the_order_of_the_cast(cast, language):
    voices = cast_voices(cast, language).voices
    assert [voice.character_id for voice in voices] == [person.id for person in cast]
    assert {voice.engine for voice in voices} <= {"hibari" if language == "en" else "espeak"}


@given(people, st.randoms(use_true_random=False))
def test_the_order_of_the_cast_changes_nobodys_voice(cast, random):
    shuffled = list(cast)
    random.shuffle(shuffled)
    assert set(cast_voices(cast, "en").voices) == set(cast_voices(tuple(shuffled), "en").voices)


@given(people)
def test_how_much_someone_says_changes_nobodys_voice(cast):
    talkative = tuple(
        Character(p.id, p.name, sex=p.sex, age=p.age, lines=99, words=999) for p in cast
    )
    assert cast_voices(cast, "zh") == cast_voices(talkative, "zh")


@given(people)
def test_no_two_voices_are_the_same(cast):
    voices = cast_voices(cast, "en").voices
    heard = {(v.pitch_scale, v.formant_scale, v.pitch_range, v.speed, v.variant) for v in voices}
    assert len(heard) == len(voices)


@pytest.mark.parametrize("salt", range(12))
def test_a_usual_cast_is_told_apart_by_pitch(salt):
    ages = [("female", 30), ("male", 41), ("female", 24), ("male", 33), ("male", 70), ("female", 8)]
    cast = tuple(person(f"{salt}-{index}", *row) for index, row in enumerate(ages))
    pitches = sorted(voice.pitch_scale for voice in cast_voices(cast, "en").voices)
    gaps = [math.log(high / low) for low, high in itertools.pairwise(pitches)]
    assert min(gaps) >= math.log(1.12)


@pytest.mark.parametrize("salt", range(6))
def test_children_speak_higher_than_women_and_women_than_men(salt):
    cast = (
        person(f"child {salt}", "male", 7),
        person(f"woman {salt}", "female", 35),
        person(f"man {salt}", "male", 35),
    )
    child, woman, man = cast_voices(cast, "zh").voices
    assert child.pitch_scale > woman.pitch_scale > man.pitch_scale
    assert child.formant_scale > woman.formant_scale > man.formant_scale


def test_the_old_speak_more_slowly():
    cast = (person("young", "male", 30), person("old", "male", 78))
    young, old = cast_voices(cast, "en").voices
    assert old.speed < young.speed


@pytest.mark.parametrize("name", ["NARRATOR", "旁白"])
def test_a_narrator_is_calm(name):
    voice = cast_voices((person(name, "unknown", 35),), "en").voices[0]
    assert voice.pitch_range <= 0.85
    assert voice.speed < 1


def test_a_newcomer_leaves_most_voices_as_they_were():
    cast = tuple(person(f"p{n}", "female" if n % 2 else "male", 30) for n in range(6))
    before = set(cast_voices(cast, "en").voices)
    after = set(cast_voices((*cast, person("new", "male", 50)), "en").voices)
    assert len(before & after) >= 4
