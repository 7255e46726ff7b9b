import pytest

from mstation.breakdown.continuity import Played, follow
from mstation.breakdown.days import ScriptDay
from mstation.breakdown.element import Carried, Category, ContinuityNote, FoundBy, SceneElement
from mstation.breakdown.elements.naming import element_id, element_name
from mstation.breakdown.paging import part_scenes
from mstation.breakdown.seen import SceneWords
from mstation.screenplay import read

MARA, BENNO = "mara", "benno"


def has(
    holder: str, text: str, category: Category = Category.WARDROBE, name: str = ""
) -> tuple[str, str, Category, str]:
    return holder, text, category, name


def scene(
    number: str,
    words: str,
    *needs: tuple[str, str, Category, str],
    day: str = "1",
    present: tuple[str, ...] = (MARA, BENNO),
    is_montage: bool = False,
) -> Played:
    (page,) = part_scenes(read(f"INT. ROOM - DAY\n\n{words}".encode(), path="x").elements)
    elements = []
    for holder, text, category, named in needs:
        name = named or element_name(text, "zh" if not text.isascii() else "en")
        line = next(e.line for e in page.elements if text.lower() in e.text.lower())
        elements.append(
            SceneElement(
                element_id(category, name), category, name, text, line, FoundBy.LEXICON, holder
            )
        )
    label = ScriptDay(day, is_montage)
    return Played(number, label, present, tuple(elements), SceneWords(page))


def notes(*scenes: Played) -> list[tuple[str, str, str, str]]:
    return [(n.kind, n.character_id, n.before, n.name) for n in follow(scenes)[1]]


def carried(*scenes: Played) -> list[list[tuple[str, str, str]]]:
    return [
        [(each.character_id, each.name, each.since_scene) for each in one]
        for one in follow(scenes)[0]
    ]


RED = scene("4", "Mara waits in a red coat.", has(MARA, "coat"))
BLUE = scene("5", "Mara stands there in a blue coat.", has(MARA, "coat"))
LANTERN = scene("4", "Benno carries the lantern.", has(BENNO, "lantern", Category.PROPS))
TAKEN = scene("5", "Mara carries the lantern.", has(MARA, "lantern", Category.PROPS))


def test_another_colour_on_the_same_day_contradicts() -> None:
    (note,) = follow([RED, BLUE])[1]
    assert note == ContinuityNote("wardrobe", MARA, "blue coat", "red coat", "5", "4", 3)


def test_another_colour_in_chinese_contradicts() -> None:
    before = scene("4", "林晚穿着红色的外套。", has(MARA, "外套"))
    now = scene("5", "林晚一身蓝外套，站着。", has(MARA, "外套"))
    assert notes(before, now) == [("wardrobe", MARA, "红外套", "蓝外套")]


@pytest.mark.parametrize(
    "now",
    [
        scene("5", "Mara waits in a blue coat.", has(MARA, "coat"), day="2"),
        scene("5", "Mara waits in a blue coat.", has(MARA, "coat"), day="FB1"),
        scene("5", "Mara waits in a blue coat.", has(MARA, "coat"), is_montage=True),
        scene("5", "Benno waits in a blue coat.", has(BENNO, "coat")),
        scene("5", "Mara changes into a blue coat.", has(MARA, "coat")),
        scene("5", "Mara puts on a blue coat.", has(MARA, "coat")),
        scene("5", "Mara in a blue hat.", has(MARA, "hat")),
        scene("5", "Mara waits in her coat.", has(MARA, "coat")),
        scene("5", "Mara waits in a scarlet coat.", has(MARA, "coat")),
        scene("5", "Mara, in a coat, by a blue door.", has(MARA, "coat")),
        scene("5", "A photo: a blue coat.", has(MARA, "coat"), present=(BENNO,)),
    ],
    ids=range(11),
)
def test_what_leaves_a_way_out_is_silent(now: Played) -> None:
    assert notes(RED, now) == []


def test_a_coat_that_was_taken_off_contradicts_nothing() -> None:
    off = scene("4", "Mara takes off the red coat.", has(MARA, "coat"))
    assert notes(off, BLUE) == []
    assert carried(off, scene("5", "Quiet.")) == [[], []]


def test_a_change_between_is_heard() -> None:
    assert notes(RED, scene("4A", "Mara gets dressed for dinner."), BLUE) == []


def test_a_wound_does_not_change_sides() -> None:
    wound = Category.MAKEUP
    before = scene("4", "Benno has a cut over his left eye.", has(BENNO, "cut", wound))
    now = scene("5", "The cut above Benno's right eye bleeds.", has(BENNO, "cut", wound))
    assert notes(before, now) == [("makeup", BENNO, "left cut", "right cut")]
    assert notes(before, scene("5", "The cut bleeds.", has(BENNO, "cut", wound))) == []


def test_what_is_worn_is_carried_through_its_day_only() -> None:
    quiet, late = scene("5", "Quiet."), scene("6", "Quiet.", present=(BENNO,))
    back, next_day = scene("7", "Quiet."), scene("8", "Quiet.", day="2")
    assert carried(RED, quiet, late, back, next_day) == [
        [],
        [(MARA, "red coat", "4")],
        [],
        [(MARA, "red coat", "4")],
        [],
    ]


def test_what_a_scene_mentions_is_not_carried_into_it() -> None:
    again = scene("5", "Mara buttons the coat.", has(MARA, "coat"))
    assert carried(RED, again, scene("6", "Quiet.")) == [[], [], [(MARA, "red coat", "4")]]


def test_a_flashback_carries_nothing_and_the_day_before_goes_on() -> None:
    memory = scene("5", "Quiet.", day="FB1")
    assert carried(RED, memory, scene("6", "Quiet."))[1:] == [[], [(MARA, "red coat", "4")]]


def test_a_thing_in_another_hand_contradicts() -> None:
    assert notes(LANTERN, TAKEN) == [("holder", MARA, BENNO, "lantern")]
    zh = (
        scene("4", "老周提着灯笼。", has(BENNO, "灯笼", Category.PROPS)),
        scene("5", "林晚提着灯笼。", has(MARA, "灯笼", Category.PROPS)),
    )
    assert notes(*zh) == [("holder", MARA, BENNO, "灯笼")]


@pytest.mark.parametrize(
    "words",
    [
        "Mara carries a lantern.",
        "Mara carries her lantern.",
        "Mara takes the lantern.",
        "Benno hands it over.\n\nMara carries the lantern.",
        "Mara carries the lanterns.",
    ],
)
def test_a_thing_that_may_have_been_given_or_be_another_is_silent(words: str) -> None:
    text = "lanterns" if "lanterns" in words else "lantern"
    assert notes(LANTERN, scene("5", words, has(MARA, text, Category.PROPS))) == []


def test_a_thing_put_down_or_given_away_is_in_no_hand() -> None:
    given = scene("4", "Benno holds the lantern.\n\nHe gives it away.",
                  has(BENNO, "lantern", Category.PROPS))  # fmt: skip
    assert notes(given, TAKEN) == []
    assert carried(given, scene("5", "Quiet.")) == [[], []]


def test_everybody_has_a_phone() -> None:
    phone = Category.PROPS
    before = scene("4", "Benno holds the phone.", has(BENNO, "phone", phone))
    assert notes(before, scene("5", "Mara holds the phone.", has(MARA, "phone", phone))) == []


def test_a_thing_stays_in_hand_for_a_few_scenes() -> None:
    quiet = [scene(str(number), "Quiet.") for number in range(5, 10)]
    held = [bool(each) for each in carried(LANTERN, *quiet)]
    assert held == [False, True, True, True, False, False]
    assert notes(LANTERN, *quiet, TAKEN) == []
    assert follow([LANTERN, quiet[0]])[0][1] == (Carried(BENNO, Category.PROPS, "lantern", "4"),)
