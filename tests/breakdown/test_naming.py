import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.element import Category
from mstation.breakdown.elements.naming import element_id, element_name

NOUNS = ("lantern", "box", "knife", "glass", "watch", "body", "shoe", "potato", "gas", "cookie",
         "horse", "man", "bus", "scarf", "trousers", "sheep", "photo", "key")  # fmt: skip
NOUNS_ZH = ("灯笼", "铜钥匙", "信", "手电筒", "红色外套", "三轮车", "一次性纸杯", "狗")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the two old LANTERNS", "old lantern"),
        ("MARA'S coat", "coat"),
        ("Mara’s red coats", "red coat"),
        ("chef's whites", "chef's whites"),
        ("a pair of gloves", "glove"),
        ("dozens of candles", "candle"),
        ("cans of film", "can of film"),
        ("two glasses", "glass"),
        ("reading glasses", "reading glasses"),
        ("her own keys", "key"),
        ("KNIVES", "knife"),
        ("walkie-talkies", "walkie-talkie"),
        ("lantern x2", "lantern"),
        ("3 guns", "gun"),
        ("the", "the"),
        ("", ""),
    ],
)
def test_what_stands_around_a_thing_is_no_part_of_its_name(text: str, name: str) -> None:
    assert element_name(text, "en") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("一把铜钥匙", "铜钥匙"),
        ("两只旧皮箱", "旧皮箱"),
        ("那盏灯笼", "灯笼"),
        ("一盏盏灯笼", "灯笼"),
        ("她的外套", "外套"),
        ("林晚的红色外套", "红色外套"),
        ("红色的外套", "红色外套"),
        ("一只红色的小皮箱", "红色小皮箱"),
        ("破旧的灯笼", "灯笼"),
        ("信（三封，旧）", "信"),
        ("信一封", "信"),
        ("灯笼×2", "灯笼"),
        ("士兵们", "士兵"),
        ("几个群演", "群演"),
        ("三轮车", "三轮车"),
        ("一次性纸杯", "一次性纸杯"),
        ("十字架", "十字架"),
        ("USB线", "USB线"),
        ("一", "一"),
    ],
)
def test_measure_words_and_owners_are_no_part_of_a_chinese_name(text: str, name: str) -> None:
    assert element_name(text, "zh") == name


@given(
    st.sampled_from(NOUNS),
    st.sampled_from(("", "a ", "the ", "her ", "some ", "Benno's ", "one ", "this ")),
)
def test_one_english_thing_has_one_name(noun: str, before: str) -> None:
    assert element_name(before + noun, "en") == noun
    assert element_name(before + noun.upper(), "en") == noun


@given(
    st.sampled_from(NOUNS_ZH),
    st.sampled_from(("", "一把", "那", "那只", "他的", "自己的", "两个", "许多")),
    st.sampled_from(("", "（旧）", "×3", "。")),
)
def test_one_chinese_thing_has_one_name(noun: str, before: str, after: str) -> None:
    assert element_name(before + noun + after, "zh") == noun


@given(st.text(max_size=30))
def test_any_words_have_a_name_that_stays(text: str) -> None:
    for language in ("en", "zh"):
        name = element_name(text, language)
        assert bool(name) >= any(character.isalpha() for character in text if character.isascii())


def test_a_thing_has_one_id_in_every_scene() -> None:
    assert (
        element_id(Category.PROPS, "lantern") == "th-" + element_id(Category.PROPS, "lantern")[3:]
    )
    assert element_id(Category.PROPS, "lantern") != element_id(Category.SOUND, "lantern")
