import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Character
from mstation.breakdown.voicing import VoiceWish
from mstation.voices.casting import cast_voices, too_near

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
    heard = {(v.pitch_scale, v.formant_scale, v.tilt_db, v.variant) for v in voices}
    assert len(heard) == len(voices)


def are_apart(one, other):
    """Two steps of pitch, or another colour."""
    ratio = max(one.pitch_scale, other.pitch_scale) / min(one.pitch_scale, other.pitch_scale)
    return ratio > 1.24 or abs(one.tilt_db - other.tilt_db) > 2.9


@pytest.mark.parametrize("salt", range(12))
def test_a_usual_cast_is_told_apart(salt):
    ages = [("female", 30), ("male", 41), ("female", 24), ("male", 33), ("male", 70), ("female", 8)]
    cast = tuple(person(f"{salt}-{index}", *row) for index, row in enumerate(ages))
    voices = cast_voices(cast, "en").voices
    assert all(are_apart(one, other) for one, other in itertools.combinations(voices, 2))


@given(
    st.sampled_from(["female", "male", "unknown"]),
    st.integers(18, 90),
    st.integers(0, 10**6),
)
def test_six_of_one_sex_and_age_in_one_scene_are_told_apart(sex, age, salt):
    cast = tuple(person(f"{salt}-{index}", sex, age) for index in range(6))
    casting = cast_voices(cast, "zh")
    assert all(are_apart(*pair) for pair in itertools.combinations(casting.voices, 2))
    assert too_near(casting, [[each.id for each in cast]]) == ()


def test_a_scene_too_crowded_for_all_to_be_told_apart_says_who_sounds_alike():
    cast = tuple(person(f"p{n}", "male", 40) for n in range(30))
    casting = cast_voices(cast, "en")
    pairs = too_near(casting, [[each.id for each in cast]])
    voices = {voice.character_id: voice for voice in casting.voices}
    assert pairs
    assert not any(are_apart(voices[one], voices[other]) for one, other in pairs)


scenes = st.lists(st.sets(st.integers(0, 11), max_size=6), max_size=8)


@settings(max_examples=40)
@given(scenes, st.sets(st.integers(0, 11)), st.sampled_from(["male", "female"]))
def test_a_newcomer_moves_those_alone_who_share_a_scene_with_it_or_with_one_moved(
    together, with_whom, sex
):
    cast = tuple(person(f"p{n}", sex, 40) for n in range(12))
    groups = [[f"ch-p{n}" for n in scene] for scene in together]
    before = cast_voices(cast, "en", together=groups).voices
    groups.append(["ch-new", *(f"ch-p{n}" for n in with_whom)])
    after = cast_voices((*cast, person("new", sex, 40)), "en", together=groups).voices
    moved = {was.character_id for was, now in zip(before, after, strict=False) if was != now}
    for mover in moved:
        near = {each for scene in groups if mover in scene for each in scene} - {mover}
        assert near & (moved | {"ch-new"})


def test_those_who_share_no_scene_do_not_ask_each_other():
    cast = tuple(person(f"p{n}", "male", 40) for n in range(9))
    alone = [cast_voices((each,), "en").voices[0] for each in cast]
    assert list(cast_voices(cast, "en", together=[]).voices) == alone


def test_what_a_person_says_of_a_voice_wins_and_the_others_make_room():
    cast = tuple(person(f"p{n}", "male", 40) for n in range(4))
    for who in cast:
        for pitch_hz in (90.0, 128.0, 210.0):
            wishes = {who.id: VoiceWish(who.name, pitch_hz=pitch_hz, tilt_db=-1.0, speed=1.3)}
            voices = cast_voices(cast, "en", wishes=wishes).voices
            said = next(voice for voice in voices if voice.character_id == who.id)
            assert said.pitch_scale == pytest.approx(pitch_hz / 195, abs=1e-3)
            assert (said.tilt_db, said.speed) == (-1.0, 1.3)
            assert all(are_apart(*pair) for pair in itertools.combinations(voices, 2))


@pytest.mark.parametrize(("deep", "soft"), [("a deep voice", "soft-spoken"), ("低沉", "轻声细语")])
def test_a_description_is_heard_in_the_voice(deep, soft):
    for salt in range(8):
        plain, low, gentle = (
            cast_voices((replace(person(f"p{salt}", "male", 40), description=words),), "en")
            for words in ("", deep, soft)
        )
        assert low.voices[0].pitch_scale < plain.voices[0].pitch_scale
        assert gentle.voices[0].tilt_db < plain.voices[0].tilt_db
        assert gentle.voices[0].breath > 0


def test_words_of_a_wish_count_as_those_of_the_script():
    who = person("MARA", "female", 40)
    told = replace(who, description="gravelly")
    wishes = {who.id: VoiceWish("MARA", like="gravelly")}
    assert cast_voices((told,), "en") == cast_voices((who,), "en", wishes=wishes)


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
