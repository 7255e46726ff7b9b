from pathlib import Path

import pytest
from hypothesis import given

from mstation import document
from mstation.breakdown import break_down
from mstation.breakdown.numbering import scene_numbers
from mstation.breakdown.scene import SCHEMA, Action, Breakdown, Interior, Mood, Scene, TimeOfDay
from mstation.errors import InvalidInput
from mstation.screenplay import read
from mstation.screenplay.revisions import keep_ids
from tests.screenplay.scraps import scripts

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"


def breakdown(text: str) -> Breakdown:
    return break_down(read(text.encode(), path="x"))


def scenes(*headings: str) -> tuple[Scene, ...]:
    return breakdown("\n\n".join(f"{heading}\n\nNothing." for heading in headings)).scenes


def action(text: str) -> Action:
    (beat,) = breakdown(text).scenes[0].beats
    assert beat.action is not None
    return beat.action


def english(text: str) -> Action:
    return action(f"INT. ROOM - DAY\n\n{text}")


def chinese(text: str) -> Action:
    return action(f"第1场 内 客厅 日\n△{text}")


@given(scripts())
def test_any_script_breaks_down_or_has_no_scene(text: str) -> None:
    try:
        film = breakdown(text)
    except InvalidInput:
        return
    cast = {character.id for character in film.cast}
    labels = [scene.label for scene in film.scenes]
    assert len(set(labels)) == len(labels)
    ids = [beat.id for scene in film.scenes for beat in scene.beats]
    assert len(set(ids)) == len(ids)
    for scene in film.scenes:
        assert scene.beats
        assert scene.eighths >= 1
        assert scene.est_seconds > 0
        assert 0 <= scene.tension <= 1
        assert set(scene.present) <= cast
        for beat in scene.beats:
            assert (beat.line is None) != (beat.action is None)
            if beat.line is not None:
                assert beat.line.character_id in cast
                assert beat.line.text
            if beat.action is not None:
                assert set(beat.action.character_ids) <= set(scene.present)
    assert document.read(document.write(film, SCHEMA), Breakdown, SCHEMA).scenes


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no scripts of others at {CORPUS}")
def test_the_corpus_breaks_down() -> None:
    broken_down = 0
    for path in sorted(CORPUS.rglob("*.fountain")):
        script = read(path.read_bytes(), path=str(path))
        try:
            broken_down += len(break_down(script).scenes) > 0
        except InvalidInput:
            continue
    assert broken_down >= 15


def test_a_script_without_a_heading_is_refused_in_both_languages() -> None:
    with pytest.raises(InvalidInput, match=r"INT\. KITCHEN - DAY.*第1场"):
        breakdown("Only prose here.")


@pytest.mark.parametrize(
    ("heading", "interior", "place", "key", "time"),
    [
        ("INT. The BOOTH - NIGHT", Interior.INT, "The BOOTH", "booth", TimeOfDay.NIGHT),
        (
            "EXT. HOUSE - KITCHEN - LATE AFTERNOON",
            Interior.EXT,
            "HOUSE - KITCHEN",
            "house kitchen",
            TimeOfDay.DAY,
        ),
        ("INT HOUSE DAY", Interior.INT, "HOUSE", "house", TimeOfDay.DAY),
        ("I/E. CAR – MAGIC HOUR", Interior.INT_EXT, "CAR", "car", TimeOfDay.DUSK),
        ("INT. HOUSE - FLASHBACK - DAWN (1944)", Interior.INT, "HOUSE", "house", TimeOfDay.DAWN),
        ("EXT. DRIVE-IN - 5:30 AM", Interior.EXT, "DRIVE-IN", "drive in", TimeOfDay.DAWN),
        (
            "INT. LATE NIGHT DINER - DAY",
            Interior.INT,
            "LATE NIGHT DINER",
            "late night diner",
            TimeOfDay.DAY,
        ),
        ("INT. 医院 - 夜", Interior.INT, "医院", "医院", TimeOfDay.NIGHT),
        ("INT。 医院-天", Interior.INT, "医院", "医院", TimeOfDay.DAY),
        (".外景 江边 黄昏", Interior.EXT, "江边", "江边", TimeOfDay.DUSK),
    ],
)
def test_a_heading_gives_place_and_light(
    heading: str, interior: Interior, place: str, key: str, time: TimeOfDay
) -> None:
    (scene,) = scenes(heading)
    assert (scene.interior, scene.place, scene.set_key, scene.time) == (interior, place, key, time)


def test_what_a_heading_leaves_out_comes_from_the_scene_before() -> None:
    found = scenes(
        "INT. PROJECTION BOOTH - NIGHT", "INT. BOOTH - LATER", "EXT. STREET - CONTINUOUS"
    )
    assert [scene.set_key for scene in found] == ["projection booth", "projection booth", "street"]
    assert {scene.time for scene in found} == {TimeOfDay.NIGHT}
    zh = breakdown("第1场 内 放映室 夜\n△走。\n第2场 内 同前 稍后\n△走。").scenes
    assert [scene.set_key for scene in zh] == ["放映室", "放映室"]


def test_inside_and_outside_of_a_house_are_two_sets() -> None:
    found = scenes("INT. HOUSE - DAY", "EXT. HOUSE - DAY", "INT. HOUSE - NIGHT")
    assert [scene.set_key for scene in found] == ["house", "house exterior", "house"]


def test_a_place_opens_when_it_was_not_in_the_two_scenes_before() -> None:
    found = scenes(
        "INT. A - DAY",
        "INT. B - DAY",
        "INT. A - DAY",
        "INT. C - DAY",
        "INT. D - DAY",
        "INT. A - DAY",
    )
    assert [scene.opens_place for scene in found] == [True, True, False, True, True, True]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (["", "", ""], ["1", "2", "3"]),
        (["1", "1A", "", "3"], ["1", "1A", "3A", "3"]),
        (["5", "5", "5"], ["5", "5A", "5B"]),
        (["1-1", "1-2"], ["1", "2"]),
        (["1-1", "2-1"], ["101", "201"]),
        (["三", "十二"], ["3", "12"]),
        (["A3-1", "#😆"], ["A31", "2"]),
    ],
)
def test_scene_numbers_are_single(written: list[str], numbers: list[str]) -> None:
    assert scene_numbers(written) == numbers


def test_transitions_stand_on_both_sides() -> None:
    film = breakdown(
        "FADE IN:\n\nINT. A - DAY\n\nHi.\n\nCUT TO:\n\nINT. B - DAY\n\nHi.\n\nFADE OUT."
    )
    assert [(s.transition_in, s.transition_out) for s in film.scenes] == [
        ("FADE IN:", "CUT TO:"),
        ("CUT TO:", "FADE OUT."),
    ]


def test_a_speech_broken_by_parentheticals_is_one_line() -> None:
    film = breakdown("INT. A - DAY\n\nMARA\n(softly)\nOne.\n(beat)\nTwo\nthree.")
    (beat,) = film.scenes[0].beats
    assert beat.line is not None
    assert (beat.line.text, beat.line.manner) == ("One. Two three.", "softly; beat")


def test_a_chinese_speech_joins_without_spaces() -> None:
    (beat,) = breakdown("第1场 内 客厅 日\n林晚：走！（停）快走。").scenes[0].beats
    assert beat.line is not None
    assert (beat.line.text, beat.line.manner) == ("走！快走。", "停")


@pytest.mark.parametrize(
    ("text", "props", "reads"),
    [
        ("She picks up the letter. It reads: “Come home.”", ("letter",), "Come home."),
        ("A sign on the wall reads CLOSED.", ("sign",), "CLOSED"),
        ("The PORSCHE stops. A door SLAMS.", ("PORSCHE",), ""),
        ("He whispers “run” and goes.", (), ""),
        ("SUPER: “Three days later”", (), "Three days later"),
        ("INSERT - THE COMPASS", ("COMPASS",), ""),
        ("She opens the card:\n\n> HAPPY BIRTHDAY <", ("card",), "HAPPY BIRTHDAY"),
        (
            "The note is hand written:\n\n    Scott --\n    Room 412",
            ("note",),
            "Scott --\nRoom 412",
        ),
    ],
)
def test_things_and_writings(text: str, props: tuple[str, ...], reads: str) -> None:
    found = english(text)
    assert (found.props, found.reads) == (props, reads)


@pytest.mark.parametrize(
    ("text", "props", "reads"),
    [
        ("她拿起一封信，信上写着：“周日关门。”", ("信",), "周日关门。"),
        ("手机屏幕显示“妈妈来电”。", ("手机", "屏幕"), "妈妈来电"),
        ("墙上贴着海报《最后一卷》。", ("海报",), "最后一卷"),
        ("她相信他，走进书店。", (), ""),
        ("他喊：“快跑！”", (), ""),
        ("门牌上写着：三零二", ("门牌",), "三零二"),
    ],
)
def test_chinese_things_and_writings(text: str, props: tuple[str, ...], reads: str) -> None:
    found = chinese(text)
    assert (found.props, found.reads) == (props, reads)


def test_slow_playing_takes_longer_and_reading_adds_its_time() -> None:
    assert english("She sits slowly.").est_seconds > english("She sits.").est_seconds
    assert english("She hugs him.").est_seconds == 2.5
    read_on = english("The sign reads “one two three four five six seven eight”.").est_seconds
    assert read_on > english("The sign swings.").est_seconds + 2.7


def test_pages_are_counted_in_eighths_rounded_up() -> None:
    paragraph = "word " * 120  # 600 columns: ten lines
    (scene,) = breakdown(f"INT. A - DAY\n\n{paragraph}\n\n{paragraph}").scenes
    assert scene.eighths == 4  # 2 + 11 + 11 lines
    assert scenes("INT. A - DAY")[0].eighths == 1


def test_the_same_scene_lasts_alike_in_both_languages() -> None:
    en = breakdown(
        "INT. ROOM - DAY\n\nMara walks in and sits down.\n\nMARA\nI did not go home last night. "
        "I waited at the station for you."
    )
    zh = breakdown(
        "第1场 内 客厅 日\n△林晚走进来，坐下。\n林晚：我昨天晚上没有回家，我在车站等你。"
    )
    assert 0.7 < zh.est_seconds / en.est_seconds < 1.4


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("A gun. Blood on the knife. She trembles in the dark.", Mood.TENSE),
        ("They hug and laugh. Mother smiles.", Mood.WARM),
        ("He weeps alone at the grave.", Mood.SAD),
        ("They run. The car explodes. He jumps and fights.", Mood.ACTION),
        ("The table. A chair.", Mood.CALM),
    ],
)
def test_words_make_the_mood(text: str, mood: Mood) -> None:
    (scene,) = breakdown(f"INT. ROOM - DAY\n\n{text}").scenes
    assert scene.mood is mood


def test_fear_is_tenser_than_tea() -> None:
    fear = breakdown("第1场 内 客厅 夜\n△枪响！血。她害怕地躲在黑暗里。").scenes[0]
    tea = breakdown("第1场 内 客厅 日\n△奶奶微笑着喝茶，安静地坐着。").scenes[0]
    assert fear.tension > tea.tension + 0.3
    assert fear.mood is Mood.TENSE


def test_a_heading_alone_is_a_look_at_the_place() -> None:
    (scene,) = breakdown("EXT. CITY - NIGHT").scenes
    assert scene.beats[0].action is not None
    assert scene.est_seconds > 1


def test_ids_follow_an_edited_script() -> None:
    text = "INT. A - DAY\n\nMara waits by the old projector.\n\nMARA\nI never saw that reel before."
    before = read(text.encode(), path="x")
    edited = text.replace("waits by", "stands by").replace("never saw", "never touched")
    after = keep_ids(read(edited.encode(), path="x"), before)
    one, other = break_down(before), break_down(after)
    assert [s.id for s in one.scenes] == [s.id for s in other.scenes]
    assert [b.id for b in one.scenes[0].beats] == [b.id for b in other.scenes[0].beats]
    assert one != other
