from dataclasses import replace

import pytest

from mstation.breakdown.scene import Action
from mstation.stage.bodies import dress
from mstation.stage.channels import pose_table
from mstation.stage.cues import read_cues, verb_table
from tests.stage.staged import KID, LIN, MARA, TOM, ZHOU

ENGLISH = dress((MARA, TOM, KID))
CHINESE = dress((LIN, ZHOU))


def _english(text, recent=()):
    reading = read_cues(Action("ac", text), ENGLISH, "en", recent)
    return [(cue.act, *(who[3:] for who in cue.who)) for cue in reading.cues]


def _chinese(text):
    reading = read_cues(Action("ac", text), CHINESE, "zh")
    return [(cue.act, *(who[3:] for who in cue.who)) for cue in reading.cues]


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("Mara enters.", "林晚走进来。"),
        ("Mara leaves.", "林晚离开。"),
        ("Mara sits down.", "林晚坐下。"),
        ("Mara stands up.", "林晚站起来。"),
        ("Mara walks to the window.", "林晚走到窗前。"),
        ("Mara looks at Tom.", "林晚看着周师傅。"),
        ("Mara turns.", "林晚转身。"),
        ("Mara takes the letter.", "林晚接过信。"),
        ("Mara hands him the cup.", "林晚递给他一杯茶。"),
        ("Mara picks up the key.", "林晚拿起钥匙。"),
        ("Mara puts down the bag.", "林晚放下箱子。"),
        ("Mara opens the door.", "林晚打开门。"),
        ("Mara closes the door.", "林晚关上门。"),
        ("Mara nods.", "林晚点头。"),
        ("Mara shakes her head.", "林晚摇头。"),
        ("Mara embraces Tom.", "林晚抱住周师傅。"),
        ("Mara kneels.", "林晚跪下。"),
        ("Mara collapses.", "林晚倒下。"),
        ("Mara waves.", "林晚挥手。"),
        ("Mara drinks.", "林晚喝茶。"),
        ("Mara points at the clock.", "林晚指着钟。"),
        ("Mara lies on the bed.", "林晚躺在床上。"),
        ("Mara hangs up.", "林晚挂断电话。"),
        ("Mara laughs.", "林晚大笑。"),
        ("Mara writes.", "林晚写字。"),
    ],
)
def test_both_languages_mean_the_same_acts(en, zh):
    assert [cue[0] for cue in _english(en)] == [cue[0] for cue in _chinese(zh)]


def test_two_names_before_a_verb_both_do_it():
    assert _english("Mara and Tom enter.") == [("enter", "mara", "tom")]
    assert _chinese("林晚和周师傅走进来。") == [("enter", "lin", "zhou")]


def test_a_second_clause_may_have_another_subject():
    assert _english("Mara walks out, and Tom follows her.") == [
        ("exit", "mara"),
        ("follow", "tom"),
    ]


def test_a_chinese_subject_carries_over_commas_and_stops():
    assert _chinese("林晚走到窗前，停下，低头。") == [
        ("walk", "lin"), ("stop", "lin"), ("look_down", "lin"),
    ]  # fmt: skip


def test_pronouns_mean_who_fits():
    assert _english("Tom nods. She laughs. He sighs.", ("ch-mara",)) == [
        ("nod", "tom"), ("laugh", "mara"), ("sigh", "tom"),
    ]  # fmt: skip


def test_what_nobody_does_is_no_cue():
    assert _english("The rain falls. A sign reads THE END. Light fills the room.") == []


def test_nouns_negations_and_quotations_are_no_verbs():
    assert _english("Mara has a strange look. Tom does not sit.") == []
    assert _chinese("林晚不敢看。火车站台上没有人。") == []
    assert _english('Mara nods: "Sit, run, jump."') == [("nod", "mara")]


def test_a_name_after_the_verb_is_whom_it_meets():
    reading = read_cues(Action("ac", "Mara gives the key to Tom."), ENGLISH, "en")
    assert [(cue.act, cue.whom) for cue in reading.cues] == [("give", "ch-tom")]


def test_a_person_is_known_by_every_name_of_the_script():
    body = replace(MARA, name="MARGARET VANCE", aliases=("THE PROJECTIONIST",))
    reading = read_cues(Action("ac", "The projectionist nods. Vance sits."), dress((body,)), "en")
    assert [(cue.act, cue.who) for cue in reading.cues] == [
        ("nod", ("ch-mara",)),
        ("sit", ("ch-mara",)),
    ]


def test_every_act_names_poses_that_exist():
    poses = pose_table()
    for name, row in verb_table()["acts"].items():
        assert row.get("gesture", "nod") in poses["gestures"], name
        assert row.get("carry", "") in {"", *poses["arms"]}, name
        assert row["en"], name
        assert row["zh"], name


def test_no_word_means_two_acts():
    for language in ("en", "zh"):
        words = [word for row in verb_table()["acts"].values() for word in row[language]]
        assert len(words) == len(set(words))


def test_traditional_characters_are_read_as_simplified_ones_are():
    people = dress((replace(LIN, name="飛機"), ZHOU))
    for text in ("飛機轉身，站起來。", "飞机转身，站起来。"):
        cues = read_cues(Action("ac", text), people, "zh").cues
        assert [(cue.act, cue.who) for cue in cues] == [
            ("turn", ("ch-lin",)),
            ("rise", ("ch-lin",)),
        ]


@pytest.mark.parametrize(
    ("text", "language", "act"),
    [
        ("Mara types.", "en", "type"), ("Mara stirs the soup.", "en", "cook"),
        ("Mara sweeps the floor.", "en", "sweep"), ("Mara dances.", "en", "dance"),
        ("林晚打字。", "zh", "type"), ("林晚炒菜。", "zh", "cook"),
        ("林晚扫地。", "zh", "sweep"), ("林晚跳舞。", "zh", "dance"),
    ],
)  # fmt: skip
def test_work_that_has_a_motion_of_its_own_is_told_apart(text, language, act):
    people = dress((LIN, ZHOU) if language == "zh" else (MARA, TOM))
    assert [cue.act for cue in read_cues(Action("ac", text), people, language).cues] == [act]
