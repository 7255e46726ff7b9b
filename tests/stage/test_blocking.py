import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Action, Beat, Line, Presence
from mstation.stage.blocking import TAIL_S, block
from mstation.stage.bodies import dress
from mstation.stage.collision import obstacles
from mstation.stage.performance import Shape, write_motions
from mstation.stage.props import kind_of_thing
from mstation.stage.staging import stage_scene
from mstation.timebase import FrameRate
from tests.stage.staged import KID, LIN, MARA, RATE, TOM, ZHOU, joints, room, said, scene_of, stage

TALK = (
    (MARA, "Where have you been all this long and terrible night?"),
    (TOM, "Nowhere that you would like."),
    (MARA, "Tell me."),
)
PLAY = (
    "Mara sits at the table. Tom stands at the desk.",
    TALK[0],
    "Tom walks to the table and sits down.",
    TALK[1],
    "Mara stands up and walks to the window. She takes out a letter and reads it.",
    TALK[2],
    "Tom stands up and leaves.",
)


def test_beats_cover_the_scene_in_order_without_a_gap():
    performance, _ = stage(scene_of(*PLAY))
    bounds = [(beat.first_frame, beat.end_frame) for beat in performance.beats]
    assert [beat.beat_id for beat in performance.beats] == [f"bt-{n}" for n in range(len(PLAY))]
    assert all(end == following[0] for (_, end), following in itertools.pairwise(bounds))
    assert bounds[0][0] == math.ceil(2.2 * 24)
    assert bounds[-1][1] < performance.frames


def test_the_sound_of_a_line_lies_in_its_beat_and_is_as_long_as_the_speech():
    scene = scene_of(*TALK)
    performance, _ = stage(scene, lengths={"ln-0": 2.345})
    beat = performance.beats[0]
    assert beat.speech_first_frame == beat.first_frame
    assert beat.speech_end_frame - beat.speech_first_frame == RATE.frames_ceil(2.345)
    assert beat.speech_end_frame < beat.end_frame


def test_tense_scenes_answer_faster():
    calm, _ = stage(scene_of(*TALK))
    tense, _ = stage(scene_of(*TALK, tension=0.9))
    assert tense.frames < calm.frames


def test_a_dual_line_is_heard_with_the_line_before_and_seen_after_it():
    scene = scene_of(*TALK)
    first, second, third = scene.beats
    second = replace(second, line=replace(second.line, is_dual=True))
    performance, motions = stage(
        replace(scene, beats=(first, second, third)), lengths={"ln-0": 2.0, "ln-1": 3.0}
    )
    one, two, after = performance.beats
    assert one.speech_first_frame == two.speech_first_frame == one.first_frame
    assert one.speech_end_frame - one.speech_first_frame == RATE.frames_ceil(2.0)
    assert two.speech_end_frame - two.speech_first_frame == RATE.frames_ceil(3.0)
    assert one.first_frame < two.first_frame == one.end_frame
    assert after.speech_first_frame > max(one.speech_end_frame, two.speech_end_frame)
    mouths = (Shape.MOUTH_OPEN, Shape.MOUTH_WIDE, Shape.MOUTH_ROUND)
    heard = slice(one.speech_first_frame, one.speech_end_frame)
    for who in ("ch-mara", "ch-tom"):
        assert motions[who].face[heard][:, mouths].any()


def test_a_scene_with_nothing_in_it_still_lasts_three_seconds():
    performance, motions = stage(scene_of(opens_place=False))
    assert performance.frames >= 72
    assert all(len(motion.positions) == performance.frames for motion in motions.values())


def test_who_enters_is_not_there_before_and_who_leaves_not_after():
    scene = scene_of("Mara waits.", "Tom enters.", (TOM, "Here I am."), "Tom leaves.")
    performance, motions = stage(scene)
    enters, leaves = performance.beats[1], performance.beats[3]
    there = motions["ch-tom"].present
    assert not there[: enters.first_frame].any()
    assert there[enters.end_frame : leaves.first_frame].all()
    assert not there[leaves.end_frame :].any()
    presence = next(p for p in performance.presences if p.character_id == "ch-tom")
    assert (presence.first_frame, presence.end_frame) == (
        int(np.argmax(there)),
        len(there) - int(np.argmax(there[::-1])),
    )
    assert motions["ch-mara"].present.all()


def test_someone_comes_in_through_the_door():
    performance, motions = stage(scene_of("Mara waits.", "Tom enters."))
    motion = motions["ch-tom"]
    first = int(np.argmax(motion.present))
    assert motion.positions[first, 2] > 3.0  # outside the south wall
    assert motion.positions[-1, 2] < 3.0
    assert performance.acts[-1].kind == "enter"


def test_partners_face_each_other_and_keep_a_distance():
    _, motions = stage(scene_of(*TALK))
    mara, tom = motions["ch-mara"], motions["ch-tom"]
    apart = np.linalg.norm(mara.positions - tom.positions, axis=1)
    assert 0.8 <= apart.min() <= apart.max() <= 1.6


def test_a_speaker_looks_at_who_listens_and_listeners_at_who_speaks():
    performance, motions = stage(scene_of(*TALK))
    worlds = {who: motion.world_from_joints() for who, motion in motions.items()}
    for beat, (speaker, listener) in zip(
        performance.beats, (("ch-mara", "ch-tom"), ("ch-tom", "ch-mara")), strict=False
    ):
        middle = (beat.speech_first_frame + beat.end_frame) // 2
        for looker, seen in ((speaker, listener), (listener, speaker)):
            eye = worlds[looker][middle, 6]
            way = worlds[seen][middle, 6, :3, 3] - eye[:3, 3]
            cosine = -eye[:3, 2] @ way / np.linalg.norm(way)
            assert cosine > math.cos(math.radians(14))


def test_text_seats_people_on_seats_and_beds():
    _, motions = stage(scene_of("Mara sits at the table. Tom lies on the bed."))
    mara, tom = (motions[who].positions[0] for who in ("ch-mara", "ch-tom"))
    assert np.allclose(mara[[0, 2]], (-2.8, -1.2), atol=0.05)
    assert np.allclose(tom[[0, 2]], (2.6, 0.4), atol=0.05)
    assert 0.5 < tom[1] < 0.75


def test_walks_keep_off_the_furniture():
    scene = scene_of("Mara stands at the desk. Tom waits.", "Mara walks to the table.")
    performance, motions = stage(scene)
    space = obstacles(room())
    beat = performance.beats[1]
    way = motions["ch-mara"].positions[beat.first_frame : beat.end_frame, [0, 2]]
    assert all(space.is_free(float(x), float(z), 0.12) for x, z in way[::4])


def test_those_who_embrace_come_close_and_part_again():
    performance, motions = stage(scene_of("Mara embraces Tom.", *TALK))
    hug = next(act for act in performance.acts if act.kind == "embrace")
    apart = np.linalg.norm(
        motions["ch-mara"].positions[:, [0, 2]] - motions["ch-tom"].positions[:, [0, 2]], axis=1
    )
    assert apart[(hug.first_frame + hug.end_frame) // 2] < 0.5
    assert apart[performance.beats[1].first_frame] > 0.8


def test_three_people_never_stand_in_each_other():
    scene = scene_of(
        "Pip plays.", TALK[0], "Tom enters and stands behind them.", (KID, "Look!"),
        people=(MARA, TOM, KID),
    )  # fmt: skip
    _, motions = stage(scene, MARA, TOM, KID)
    people = list(motions.values())
    for index, one in enumerate(people):
        for other in people[:index]:
            both = one.present & other.present
            apart = np.linalg.norm((one.positions - other.positions)[both][:, [0, 2]], axis=1)
            assert apart.min() > 0.6


def test_a_voice_from_elsewhere_opens_nobodys_mouth():
    scene = scene_of(*TALK)
    line = replace(scene.beats[0].line, presence=Presence.VOICE_OVER)
    performance, motions = stage(replace(scene, beats=(Beat("bt-0", line=line), *scene.beats[1:])))
    beat = performance.beats[0]
    assert not motions["ch-mara"].face[beat.first_frame : beat.end_frame, 0].any()
    assert beat.speech_end_frame > beat.speech_first_frame


def test_reading_lasts_as_long_as_the_writing():
    action = Action(
        "ac-0", "Mara reads the letter.", ("ch-mara",), ("letter",), " ".join("abcdefgh")
    )
    scene = replace(scene_of(TALK[0]), beats=(Beat("bt-0", action=action),))
    performance, motions = stage(scene)
    prop = performance.props[0]
    assert (prop.kind, prop.holder_id, prop.writing) == ("letter", "ch-mara", action.reads)
    assert (prop.end_frame - prop.first_frame) / 24 > 8 * 0.3 + 1.5
    frame = (prop.first_frame + prop.end_frame) // 2
    at = joints(motions["ch-mara"])[frame]
    assert at[10, 1] > 0.6 * 1.6  # both wrists are up
    assert at[13, 1] > 0.6 * 1.6


def test_what_is_given_changes_hands_and_goes_with_its_owner():
    action = Action("ac-0", "Mara gives the key to Tom.", ("ch-mara", "ch-tom"), ("key",))
    scene = replace(
        scene_of(TALK[0]),
        beats=(Beat("bt-0", action=action), Beat("bt-1", action=Action("a", "Tom leaves."))),
    )
    performance, _ = stage(scene)
    holders = [prop.holder_id for prop in performance.props]
    assert holders == ["ch-mara", "ch-tom"]
    tom = next(p for p in performance.presences if p.character_id == "ch-tom")
    assert performance.props[-1].end_frame <= tom.end_frame


def test_things_are_known_in_both_languages():
    pairs = {"letter": "信", "phone": "手机", "gun": "手枪", "key": "钥匙", "sign": "招牌"}
    for kind, word in pairs.items():
        assert kind_of_thing(kind.upper()) == kind_of_thing(word) == kind
    assert kind_of_thing("film can") == "film_reel"
    assert kind_of_thing("the Whatsit") == "thing"


def test_a_chinese_scene_is_played_like_an_english_one():
    en, _ = stage(scene_of("Mara enters. She sits down.", "Mara stands up and leaves."))
    chinese = scene_of(
        "林晚走进来，坐下。", "林晚站起来，离开。", language="zh", people=(LIN, ZHOU)
    )
    zh, _ = stage(chinese, LIN, ZHOU)
    assert [act.kind for act in en.acts] == [act.kind for act in zh.acts]


@pytest.mark.parametrize("rate", ["24", "25", "23.976", "30"])
def test_a_scene_can_be_played_at_any_rate(rate):

    scene = scene_of(*TALK[:1])
    frames = FrameRate.parse(rate)
    performance, motions = stage_scene(
        scene, room(), dress((MARA, TOM)), {"ln-0": said("one two three")}, frames
    )
    assert performance.frames == len(motions[0].positions)


def test_the_same_scene_gives_the_same_bytes():
    one, two = (tuple(stage(scene_of(*PLAY))[1].values()) for _ in range(2))
    assert write_motions(one) == write_motions(two)


def test_a_longer_line_moves_the_other_beats_in_time_and_changes_nothing_in_them():
    scene = scene_of(*PLAY)
    short, quick = stage(scene, lengths={"ln-1": 2.0})
    long, slow = stage(scene, lengths={"ln-1": 5.3})
    for before, after in zip(short.beats, long.beats, strict=True):
        if before.beat_id == "bt-1":
            continue
        for who in quick:
            one = quick[who].cut(before.first_frame, before.end_frame)
            two = slow[who].cut(after.first_frame, after.end_frame)
            assert np.array_equal(one.positions, two.positions)
            assert np.array_equal(one.rotations, two.rotations)
            assert np.array_equal(one.face, two.face)
            assert np.array_equal(one.present, two.present)


def test_lines_of_someone_without_a_body_are_heard():
    scene = scene_of(*TALK)
    strange = Beat("bt-9", line=Line("ln-9", "ch-nobody", "Hello.", presence=Presence.PHONE))
    performance, _ = stage(replace(scene, beats=(*scene.beats, strange)))
    assert performance.beats[-1].line_id == "ln-9"


def test_a_bag_comes_in_with_its_owner_and_stays_where_it_is_put():
    scene = scene_of(TALK[0])
    carried = Action("ac-0", "Tom, carrying a suitcase, comes in.", ("ch-tom",), ("suitcase",))
    dropped = Action("ac-1", "Tom puts down the suitcase.", ("ch-tom",), ("suitcase",))
    beats = (*scene.beats, Beat("bt-1", action=carried), Beat("bt-2", action=dropped))
    performance, motions = stage(replace(scene, beats=beats))
    held, last = performance.props[0], performance.props[-1]
    tom = motions["ch-tom"]
    assert held.holder_id == "ch-tom"
    assert held.first_frame == int(np.argmax(tom.present))
    assert last.holder_id == ""
    assert math.dist(last.position[::2], tom.positions[-1, [0, 2]]) < 0.6


def test_a_voice_on_the_line_puts_a_phone_to_the_ear():
    scene = scene_of((MARA, "Hello?"), (TOM, "It is me."), (MARA, "Where are you?"))
    call = replace(scene.beats[1], line=replace(scene.beats[1].line, presence=Presence.PHONE))
    scene = replace(scene, beats=(scene.beats[0], call, scene.beats[2]), present=("ch-mara",))
    performance, motions = stage(scene)
    mara = joints(motions["ch-mara"])
    beat = performance.beats[2]
    wrist, head = mara[beat.end_frame - 3, 13], mara[beat.end_frame - 3, 4]
    assert np.linalg.norm(wrist - head) < 0.25
    assert performance.props[0].kind == "phone"
    assert performance.props[0].holder_id == "ch-mara"


def test_a_scene_whose_last_line_runs_on_ends_before_its_voice():
    scene = scene_of(*TALK)
    lengths = {"ln-0": 2.0, "ln-1": 2.0, "ln-2": 3.0}
    plain, _ = stage(scene, lengths=lengths)
    speeches = {
        beat.line.id: said(beat.line.text, seconds=lengths[beat.line.id]) for beat in scene.beats
    }
    performance, motions = stage_scene(
        scene, room(), dress((MARA, TOM)), speeches, RATE, runs_on=True
    )
    last = performance.beats[-1]
    left = last.speech_first_frame + RATE.frames_ceil(3.0) - performance.frames
    assert 12 <= left <= 17  # half a second at least, 0.7 at most
    assert last.speech_end_frame <= performance.frames
    assert performance.beats[:-1] == plain.beats[:-1]
    assert all(len(motion.positions) == performance.frames for motion in motions)


def _ahead(*parts, seconds, speaker=MARA):
    """A scene whose first line is heard before it is seen, and its speeches."""
    scene = scene_of(*parts)
    at = next(i for i, beat in enumerate(scene.beats) if beat.line is not None)
    line = replace(scene.beats[at].line, presence=Presence.PRE_LAP, character_id=speaker.id)
    beats = [*scene.beats]
    beats[at] = replace(beats[at], line=line)
    scene = replace(scene, beats=tuple(beats))
    speeches = {beat.line.id: said(beat.line.text) for beat in beats if beat.line is not None}
    speeches[line.id] = said(line.text, seconds=seconds)
    return scene, speeches


def _staged_ahead(*parts, seconds, speaker=MARA):
    scene, speeches = _ahead(*parts, seconds=seconds, speaker=speaker)
    performance, motions = stage_scene(
        scene, room(), dress((MARA, TOM)), speeches, RATE, runs_ahead=True
    )
    return performance, {motion.character_id: motion for motion in motions}


@given(
    st.floats(0.2, 12.0),
    st.sampled_from([FrameRate(1), FrameRate(8), RATE, FrameRate(30_000, 1001)]),
    st.booleans(),
)
def test_a_line_that_runs_ahead_is_heard_whole_and_by_no_more_than_every_scene_leaves_silent(
    seconds, rate, waits
):
    parts = ((MARA, "It is cold here again."), (TOM, "Then shut the door."))
    scene, speeches = _ahead(*(("Tom sits.",) if waits else ()), *parts, seconds=seconds)
    cast = dress((MARA, TOM))
    *_, ahead, answer = block(scene, room(), cast, speeches, rate, runs_ahead=True).beats
    lead = -ahead.speech_first_frame
    assert 0 <= lead <= rate.frames_ceil(TAIL_S)
    assert float(rate.seconds(lead)) == pytest.approx(
        min(0.8, seconds / 2), abs=float(rate.seconds(1))
    )
    assert ahead.speech_end_frame - ahead.speech_first_frame == rate.frames_ceil(seconds)
    assert max(0, ahead.speech_end_frame) < ahead.end_frame == answer.first_frame
    assert answer.first_frame == answer.speech_first_frame


def test_the_mouth_that_is_seen_goes_on_with_what_was_heard_before():
    text = "It is cold here and it has been cold for a week."
    parts = ("Tom sits.", (MARA, text), (TOM, "Yes."))
    performance, motions = _staged_ahead(*parts, seconds=6.0)
    line = performance.beats[1]
    opened = motions["ch-mara"].face[:, Shape.MOUTH_OPEN]
    words = said(text, seconds=6.0).words
    for word in words:
        middle = line.speech_first_frame + round(float(24 * (word.start_s + word.end_s) / 2))
        if middle >= 2:
            assert opened[middle - 2 : middle + 3].max() > 0.2, word
    assert opened[line.speech_end_frame + 4 :].max() < 0.05
    assert motions["ch-tom"].face[: line.speech_end_frame, Shape.MOUTH_OPEN].max() < 0.05
    # Whoever is not on the set has no mouth to move.
    performance, motions = _staged_ahead(*parts, seconds=6.0, speaker=KID)
    end = performance.beats[1].speech_end_frame
    for motion in motions.values():
        assert motion.face[:end, Shape.MOUTH_OPEN].max() < 0.05
