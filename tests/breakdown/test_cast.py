import pytest

from mstation.breakdown import break_down
from mstation.breakdown.scene import Breakdown, Character, Presence
from mstation.screenplay import read


def breakdown(text: str) -> Breakdown:
    return break_down(read(text.encode(), path="x"))


def cast(text: str) -> dict[str, Character]:
    return {character.name: character for character in breakdown(text).cast}


def present(text: str) -> list[list[str]]:
    film = breakdown(text)
    names = {character.id: character.name for character in film.cast}
    return [[names[person] for person in scene.present] for scene in film.scenes]


ROOM = "INT. ROOM - DAY\n\n"
ROOM_ZH = "第1场 内 客厅 日\n"


def test_one_person_has_one_id_however_the_name_is_written() -> None:
    people = cast(ROOM + "MARA VOSS (34) waits.\n\nMARA (V.O.)\nHi.\n\nMara sits.\n\nMARA\nYes.")
    (mara,) = people.values()
    assert (mara.name, mara.aliases, mara.lines) == ("MARA", ("MARA VOSS",), 2)


def test_a_shared_surname_merges_nobody() -> None:
    text = ROOM + "MARA VOSS (34) and BENNO VOSS (60) wait.\n\nVOSS\nHi."
    assert sorted(cast(text)) == ["BENNO VOSS", "MARA VOSS", "VOSS"]


def test_a_title_leads_to_its_owner() -> None:
    text = ROOM + "DR. ELEANOR HUGHES (52) and CAPTAIN SILAS HUGHES (70) wait.\n\n"
    people = cast(text + "DR. HUGHES\nHi.\n\nSILAS\nHello.")
    assert people["DR. HUGHES"].aliases == ("DR. ELEANOR HUGHES",)
    assert people["SILAS"].aliases == ("CAPTAIN SILAS HUGHES",)


def test_young_mara_is_somebody_else() -> None:
    assert len(cast(ROOM + "MARA\nHi.\n\nYOUNG MARA\nHi.")) == 2


def test_silent_people_are_cast_and_things_are_not() -> None:
    text = ROOM + "A WAITER carries a TRAY past the PIANO. The bell RINGS."
    assert list(cast(text)) == ["WAITER"]


def test_a_noun_and_a_name_in_apposition_are_one() -> None:
    people = cast(ROOM + "A GIRL in a red coat, AGNES (8), watches.")
    assert list(people) == ["AGNES"]
    assert (people["AGNES"].sex, people["AGNES"].age) == ("female", 8)


@pytest.mark.parametrize(
    ("introduction", "age", "is_guess"),
    [
        ("BENNO (60s) sits.", 65, False),
        ("BENNO (late 20s) sits.", 28, False),
        ("BENNO, 34, sits.", 34, False),
        ("BENNO (mid-fifties) sits.", 55, False),
        ("Benno (41) sits.", 41, False),
        ("An OLD MAN sits.", 72, True),
        ("A COP sits.", 35, True),
    ],
)
def test_the_age_is_read_or_guessed(introduction: str, age: int, is_guess: bool) -> None:
    (person,) = cast(ROOM + introduction).values()
    assert (person.age, person.is_age_guess) == (age, is_guess)


@pytest.mark.parametrize(
    ("introduction", "age", "sex"),
    [
        ("林晚（32岁，女）走来。", 32, "female"),
        ("放映员林晚（三十多岁）走来。她笑。", 35, "female"),
        ("小女孩（八岁）走来。", 8, "female"),
        ("周建国（男，50岁）走来。", 50, "male"),
        ("周建（二十岁出头）走来。他笑。", 22, "male"),
    ],
)
def test_a_chinese_introduction_says_age_and_sex(introduction: str, age: int, sex: str) -> None:
    (person,) = cast(ROOM_ZH + "△" + introduction).values()
    assert (person.age, person.sex) == (age, sex)


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("MR. PIKE\nHi.", "male"),
        ("MOTHER\nHi.", "female"),
        ("ALEX\nHi.\n\nAlex sits. She waits.", "female"),
        ("ALEX\nHi.\n\nAlex sits.\n\nHe waits.", "male"),
        ("her son TOBY (12) waits.", "male"),
        ("ALICE\nHi.", "female"),
        ("ALEX\nHi.", "unknown"),
    ],
)
def test_the_sex_is_read_or_left_open(text: str, sex: str) -> None:
    (person,) = cast(ROOM + text).values()
    assert person.sex == sex


@pytest.mark.parametrize(
    ("cue", "presence"),
    [
        ("MARA", Presence.ON),
        ("MARA (CONT'D)", Presence.ON),
        ("MARA (V.O.)", Presence.VOICE_OVER),
        ("MARA (v.o.) (cont'd)", Presence.VOICE_OVER),
        ("MARA (O. S.)", Presence.OFF_SCREEN),
        ("MARA (O.C.)", Presence.OFF_SCREEN),
        ("MARA (ON PHONE)", Presence.PHONE),
        ("MARA (FILTERED)", Presence.PHONE),
        ("MARA (INTO PHONE)", Presence.ON),
        ("@林晚（画外音）", Presence.OFF_SCREEN),
        ("@林晚（电话里）", Presence.PHONE),
        ("@旁白", Presence.VOICE_OVER),
        ("MARA (PRE-LAP)", Presence.PRE_LAP),
        ("MARA (O.S., pre-lap)", Presence.PRE_LAP),
        ("MARA (PRELAP) (V.O.)", Presence.PRE_LAP),
        ("@林晚（声音先入）", Presence.PRE_LAP),
        ("NARRATOR", Presence.VOICE_OVER),
        ("MAN'S VOICE", Presence.OFF_SCREEN),
        ("EVERYONE", Presence.OFF_SCREEN),
    ],
)
def test_how_a_voice_is_there(cue: str, presence: Presence) -> None:
    film = breakdown(f"{ROOM}{cue}\nHi.")
    line = film.scenes[0].beats[0].line
    assert line is not None
    assert line.presence is presence
    assert bool(film.scenes[0].present) == (presence is Presence.ON)


def test_who_holds_the_phone_in_the_scene_is_seen() -> None:
    film = breakdown(ROOM + "Mara lifts the phone.\n\nMARA (ON PHONE)\nHi.")
    line = film.scenes[0].beats[1].line
    assert line is not None
    assert line.presence is Presence.ON


def test_the_silent_and_the_listed_are_present() -> None:
    assert present(ROOM_ZH + "人物：林晚、老周\n△林晚走来。\n林晚：嗯。") == [["林晚", "老周"]]
    assert present(ROOM + "Mara and Benno sit.\n\nMARA\nHi.\n\nEXT. X - DAY\n\nBENNO\nHi.")[0] == [
        "MARA",
        "BENNO",
    ]


def test_a_photo_of_somebody_is_nobody() -> None:
    text = ROOM + "MARA\nHi.\n\nA photo of Benno. Benno's coat.\n\nEXT. X - DAY\n\nBENNO\nHi."
    film = breakdown(text)
    assert present(text)[0] == ["MARA"]
    action = film.scenes[0].beats[1].action
    assert action is not None
    assert action.character_ids == ()


def test_a_pronoun_means_whoever_was_there() -> None:
    text = ROOM + "ALICE\nHi.\n\nBOB\nHi.\n\nEXT. STREET - DAY\n\nShe runs."
    assert present(text) == [["ALICE", "BOB"], ["ALICE"]]


def test_two_names_on_a_cue_speak_together() -> None:
    film = breakdown(ROOM + "MARA & BENNO\nGoodbye!")
    lines = [beat.line for beat in film.scenes[0].beats if beat.line]
    assert [line.is_dual for line in lines] == [False, True]
    assert sorted(c.name for c in film.cast) == ["BENNO", "MARA"]


def test_somebody_who_never_speaks_is_cast_when_the_words_say_who() -> None:
    text = (
        "INT. HALL - DAY\n\nVERA runs. A WAITER brings a tray to DEX, a thin boy. The TAXI, a "
        "yellow wreck, waits. A photo of JACK hangs.\n\nLENA\nHello.\n"
    )
    cast = break_down(read(text.encode(), path="x")).cast
    assert {person.name for person in cast} == {"VERA", "WAITER", "DEX", "LENA"}
