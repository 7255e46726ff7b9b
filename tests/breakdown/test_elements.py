from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.element import Category, FoundBy, SceneElement
from mstation.breakdown.elements import find_elements
from mstation.breakdown.elements.finds import words_of_table
from mstation.breakdown.elements.words_zh import words_of
from mstation.breakdown.paging import part_scenes
from mstation.breakdown.roster import call_the_roll
from mstation.screenplay import read

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "first"
ROOM = "INT. ROOM - DAY\n\n"
ROOM_ZH = "第1场 内 客厅 日\n\n"


def elements(text: str) -> tuple[SceneElement, ...]:
    script = read(text.encode(), path="x")
    (page,) = part_scenes(script.elements)
    return find_elements(page, call_the_roll(script.elements), "1")


def names(text: str, category: Category) -> list[str]:
    heading = "" if text.startswith(("INT.", "EXT.", "第")) else ROOM if text.isascii() else ROOM_ZH
    return [found.name for found in elements(heading + text) if found.category is category]


def holders(text: str) -> dict[str, str]:
    script = read(text.encode(), path="x")
    roster = call_the_roll(script.elements)
    who = {person.id: person.name for person in roster.people}
    return {found.name: who.get(found.holder_id, "") for found in elements(text)}


@pytest.mark.parametrize(
    ("text", "category", "expected"),
    [
        ("She picks up a knife.", Category.PROPS, ["knife"]),
        (
            "She carries a film can and two riot shields.",
            Category.PROPS,
            ["film can", "riot shield"],
        ),
        ("A lamp stands by the sofa.", Category.SET_DRESSING, ["lamp", "sofa"]),
        ("She lifts the lamp.", Category.PROPS, ["lamp"]),
        ("A fire engine passes a bus.", Category.VEHICLES, ["fire engine", "bus"]),
        ("Two oxen and a tabby.", Category.ANIMALS, ["ox", "tabby"]),
        (
            "An old man in a leather jacket and boots.",
            Category.WARDROBE,
            ["leather jacket", "boot"],
        ),
        ("He takes off his watch.", Category.WARDROBE, ["watch"]),
        ("Blood on his collar, a scar on his cheek.", Category.MAKEUP, ["blood", "scar"]),
        ("Rain. Smoke fills the hall.", Category.SPECIAL_EFFECTS, ["rain", "smoke"]),
        ("A hologram of the city.", Category.VISUAL_EFFECTS, ["hologram"]),
        ("A siren. The gate creaks.", Category.SOUND, ["siren", "creak"]),
        ('The band plays "Blue Moon".', Category.MUSIC, ["blue moon"]),
        ("CRANE UP over the roofs.", Category.SPECIAL_EQUIPMENT, ["crane"]),
        ("Waiters run. A crowd gathers.", Category.BACKGROUND, ["waiter", "crowd"]),
        ("He tackles her. They wrestle.", Category.STUNTS, ["tackle", "wrestle"]),
        ("她端起一只碗。", Category.PROPS, ["碗"]),
        ("她打开手机", Category.PROPS, ["手机"]),
        ("墙上挂着日历，门边是一把审讯椅。", Category.SET_DRESSING, ["日历", "审讯椅"]),
        ("一辆三轮车停在门口。", Category.VEHICLES, ["三轮车"]),
        ("一只橘猫蹿出去。", Category.ANIMALS, ["橘猫"]),
        ("他穿着羽绒服，戴着手套。", Category.WARDROBE, ["羽绒服", "手套"]),
        ("他额头上缠着绷带，满脸是血。", Category.MAKEUP, ["绷带", "满脸是血"]),
        ("暴雨。浓烟滚滚。", Category.SPECIAL_EFFECTS, ["暴雨", "浓烟"]),
        ("远处传来枪声。", Category.SOUND, ["枪声"]),
        ("有人唱起《茉莉花》。", Category.MUSIC, ["茉莉花"]),
        ("（航拍）群山。", Category.SPECIAL_EQUIPMENT, ["航拍"]),
        ("两人扭打在一起。", Category.STUNTS, ["扭打"]),
        ("村民们围上来。", Category.BACKGROUND, ["村民"]),
        ("桌上摆着一对烛台和鲜花。", Category.SET_DRESSING, ["桌", "烛台", "鲜花"]),
        ("他脖子上挂着一枚铜哨。", Category.PROPS, ["铜哨"]),
        ("他啃着一只卤鸡爪。", Category.PROPS, ["卤鸡爪"]),
        ("梁上吊着羊角灯。", Category.PROPS, []),
        ("一辆砂石车驶过。", Category.VEHICLES, ["砂石车"]),
        ("她穿着不合身的雨裤。", Category.WARDROBE, ["雨裤"]),
        ("眉毛上全是霜，鼻子磕破了。", Category.MAKEUP, ["霜", "鼻子磕破了"]),
        ("绳子一下绷断了。", Category.SPECIAL_EFFECTS, ["绳子一下绷断了"]),
        ("她一头栽进水里。", Category.STUNTS, ["一头栽进水里"]),
        ("绳子绷得吱吱响，刺啦一声。", Category.SOUND, ["吱吱", "刺啦"]),
        ("喇叭按得震天响。", Category.SOUND, ["喇叭"]),
        ("收音机播着〈港都夜雨〉。", Category.MUSIC, ["港都夜雨"]),
    ],
)
def test_a_thing_is_found_in_its_category(
    text: str, category: Category, expected: list[str]
) -> None:
    assert names(text, category) == expected


@pytest.mark.parametrize(
    "text",
    [
        "He watches the road and drinks.",
        "She rings, and nobody answers.",
        "He drops like a dropped plate.",
        "It is big as a saucer.",
        "There is no gun.",
        "She parks in the car park by the train station.",
        "It is the size of a suitcase.",
        "A photograph: a knife, a broken bottle.",
    ],
)
def test_verbs_likenesses_and_what_is_missing_are_no_props(text: str) -> None:
    things = {"watch", "drink", "ring", "plate", "saucer", "gun", "suitcase", "knife", "bottle"}
    assert not things & set(names(text, Category.PROPS))
    assert not names(text, Category.VEHICLES)


@pytest.mark.parametrize(
    "text", ["他像一把刀。", "屋里没有枪。", "他在机场等书记。", "他喊：“拿刀来！”"]
)
def test_chinese_likenesses_and_words_in_words_are_no_props(text: str) -> None:
    assert names(text, Category.PROPS) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("A beer mat, dry as toast. He is soaked.", "toast"),
        ("He lifts it with the care of a man with a bomb.", "bomb"),
        ("She has a cut you could post a letter in.", "letter"),
        ("There is a pale square where a picture hung.", "picture"),
        ("A smell of coffee.", "coffee"),
        ("The men stand in a ring.", "ring"),
        ("A dog comes out from a pigeon loft.", "pigeon"),
        ("Sparks on the bonnet of a car.", "bonnet"),
        ("He gives it a tug.", "tug"),
        ("She stops knitting.", "knitting"),
        ("He holds the mule by the strap.", "strap"),
        ("The wagon rocks.", "rock"),
        ("She lifts a tin of corn.", "corn"),
    ],
)
def test_a_word_that_means_something_else_here_is_no_thing(text: str, missing: str) -> None:
    assert missing not in [thing.name.split()[-1] for thing in elements(ROOM + text)]


@pytest.mark.parametrize(
    ("text", "category", "expected"),
    [
        ("A whippet crosses the yard.", Category.ANIMALS, ["whippet"]),
        ("He lifts a deckchair and a jeweller's loupe.", Category.PROPS, ["deckchair", "loupe"]),
        ("A woman in sequins and a man in a lace agbada.", Category.WARDROBE, ["sequin", "agbada"]),
        ("He wipes the counter with a cloth.", Category.PROPS, ["cloth"]),
        ("A boy with an ironing board.", Category.PROPS, ["ironing board"]),
        ("A plank under her arm, she runs.", Category.PROPS, ["plank"]),
        ("He finds a sausage roll.", Category.PROPS, ["sausage roll"]),
        ("As a vase sails past, he ducks.", Category.SET_DRESSING, ["vase"]),
    ],
)
def test_a_common_noun_is_found_by_what_is_done_with_it(
    text: str, category: Category, expected: list[str]
) -> None:
    found = names(text, category)
    assert [name.split()[-1] for name in found] == [name.split()[-1] for name in expected]


def test_what_only_stands_there_is_dressing_until_somebody_takes_it_up() -> None:
    place = "Bean canes, umbrellas, a rusty cooler."
    assert "umbrella" in names(place, Category.SET_DRESSING)
    assert "umbrella" in names(f"{place}\n\nShe grabs the umbrella.", Category.PROPS)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("A whippet waits. The dog barks.", Category.ANIMALS),
        ("A bird lands. The blue hen shakes herself.", Category.ANIMALS),
        ("A black Mercedes. The car stops.", Category.VEHICLES),
        ("She drops a revolver. He takes the gun.", Category.PROPS),
    ],
)
def test_a_thing_under_another_name_of_its_kind_is_listed_once(
    text: str, category: Category
) -> None:
    assert len(names(text, category)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "杯子掉下来。",  # a thing falls
        "猫跳过去。",  # an animal does it
        "他差点摔倒。",
        "她掀翻桌子，撞开铁门。",
        "他把锦盒摔在地上。",
    ],
)
def test_what_no_body_does_is_no_stunt(text: str) -> None:
    assert names(text, Category.STUNTS) == []


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("广播：快拿刀来！", Category.PROPS),
        ("瀑布似的数据往下淌。", Category.SPECIAL_EFFECTS),
        ("一只橡皮鸭飘过来。", Category.ANIMALS),
        ("远处传来骆驼的一声嘶鸣。", Category.ANIMALS),
        ("他们围着火塘。", Category.SPECIAL_EFFECTS),
        ("墙根裂开一道口子。", Category.MAKEUP),
        ("他穿过斑马线，走进水果店。", Category.ANIMALS),
    ],
)
def test_what_only_sounds_like_a_thing_is_not_there(text: str, category: Category) -> None:
    assert names(text, category) == []


def test_what_stands_there_is_a_prop_once_it_is_taken_up() -> None:
    text = "墙边堆着木箱。"
    assert names(text, Category.SET_DRESSING) == ["木箱"]
    assert names(f"{text}\n\n△她抱起木箱。", Category.PROPS) == ["木箱"]


def test_chinese_words_are_cut_where_the_likelier_ones_meet() -> None:
    text = "两人围着火塘"
    assert [text[token.start : token.end] for token in words_of(text, [])][-1] == "火塘"


def test_what_is_spoken_of_is_not_needed() -> None:
    assert elements(ROOM + "MARA\nI lost the gun in the car.") == ()


def test_a_wryly_shows_what_the_speaker_holds() -> None:
    assert names(ROOM + "MARA\n(into walkie)\nHello.", Category.PROPS) == ["walkie"]


def test_capitals_are_remembered() -> None:
    (key,) = elements(ROOM + "On the floor lies a SILVER KEY.")
    assert (key.name, key.found_by) == ("silver key", FoundBy.CAPS)


def test_an_unknown_thing_in_capitals_after_an_article_is_a_prop() -> None:
    assert names("On the floor lies an ORRERY.", Category.PROPS) == ["orrery"]


def test_an_unknown_thing_in_a_hand_is_a_prop() -> None:
    assert names("She unwraps a zorblat.", Category.PROPS) == ["zorblat"]
    assert names("他掏出一张皱巴巴的契税单。", Category.PROPS) == ["契税单"]


def test_a_name_is_no_thing() -> None:
    assert elements(ROOM + "PENNY (20) and ROCKY, 30, wait.\n\nPENNY\nHi.") == ()


def test_a_waiter_with_lines_is_cast() -> None:
    text = ROOM + "A WAITER comes.\n\nWAITER\nYes?"
    assert names(text, Category.BACKGROUND) == []


def test_a_scene_in_a_car_needs_the_car() -> None:
    assert names("INT. POLICE CAR - MOVING - NIGHT\n\nHe sleeps.", Category.VEHICLES) == [
        "police car"
    ]
    assert names("EXT. CAR PARK - NIGHT\n\nHe sleeps.", Category.VEHICLES) == []


def test_the_same_thing_is_listed_once() -> None:
    text = ROOM + "She wears a straw hat.\n\nThe hat is old. She turns the hats."
    assert [found.name for found in elements(text)] == ["straw hat"]


def test_the_line_is_where_the_thing_first_stands() -> None:
    (knife,) = elements(ROOM + "He waits.\n\nHe sits.\nThen he sees a knife.")
    assert (knife.line, knife.text) == (6, "knife")


def test_a_thing_has_one_id_in_every_scene() -> None:
    (one,) = elements(ROOM + "He holds a knife.")
    (other,) = elements("EXT. YARD - DAY\n\nTwo knives.")
    assert one.id == other.id


def test_traditional_characters_are_read() -> None:
    assert names("他拔出手槍。", Category.PROPS) == ["手槍"]


def test_lists_under_a_heading_say_the_category() -> None:
    text = "第1场 内 客厅 日\n人物：小林、村民数名\n服装：灰布军装、绑腿\n\n△小林坐下。"
    assert names(text, Category.WARDROBE) == ["灰布军装", "绑腿"]
    assert names(text, Category.BACKGROUND) == ["村民"]


def test_who_wears_and_holds_is_followed() -> None:
    text = ROOM + "MARA (30) wears a raincoat. She grabs a knife.\n\nMARA\nHi."
    assert holders(text) == {"raincoat": "MARA", "knife": "MARA"}


def test_a_thing_handed_over_changes_hands() -> None:
    text = (
        ROOM + "MARA (30) holds a knife. MARA hands the knife to BENNO.\n\nMARA\nHi.\n\nBENNO\nHi."
    )
    assert holders(text) == {"knife": "BENNO"}
    text = "△林晚（29岁）拿着钥匙。\n△林晚把钥匙递给老周（60岁）。\n林晚：给。\n老周：好。"
    text = f"{ROOM_ZH}{text}"
    assert holders(text) == {"钥匙": "老周"}


def test_a_thing_put_down_is_nobodys() -> None:
    text = ROOM + "MARA (30) holds a knife.\n\nMARA drops the knife.\n\nMARA\nHi."
    assert holders(text) == {"knife": ""}


def test_where_two_may_hold_it_nobody_does() -> None:
    text = ROOM + "MARA (30) sees BENNO (60) grab a knife.\n\nMARA\nHi.\n\nBENNO\nHi."
    assert holders(text) == {"knife": ""}


@pytest.mark.parametrize("table", ["en", "zh"])
def test_the_lexicon_is_thorough_and_says_each_word_once_a_category(table: str) -> None:
    seen: dict[tuple[Category | None, str], int] = {}
    for category, _theme, words in words_of_table(table):
        for word in words.split("," if table == "en" else None):
            key = (category, " ".join(word.split()))
            seen[key] = seen.get(key, 0) + 1
    assert len(seen) > 4000


@given(
    st.text(
        alphabet=st.sampled_from("枪刀的把一只拿着，。“”《》像没有 gun A'like.,:(no)\"-\n"),
        max_size=120,
    )
)
def test_any_paragraph_is_read_and_each_find_stands_in_it(text: str) -> None:
    for found in elements(ROOM + "He waits. " + " ".join(text.split("\n"))):
        assert found.name
        assert (
            found.text in " ".join((ROOM + "He waits. " + text).split("\n")) or "\n" in found.text
        )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_annotated_scenes_are_all_there(language: str) -> None:
    assert len(list((SAMPLES / language).glob("*.toml"))) >= 12
