import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.written import language_of, readable, script_runs, written_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We go.", None),
        ("1949!", None),
        ("你好", "cmn"),
        ("OK，走 now", "cmn"),
        ("これは本です", "ja"),
        ("Привет, Mara", "ru"),
        ("안녕", "ko"),
    ],
)
def test_the_language_is_that_of_the_letters(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024年", "二零二四年"),
        ("一会儿", "一会 "),
        ("在这儿", "在这里"),
        ("儿子和女儿", "儿子和女儿"),
        ("*快*走_吧", " 快 走 吧"),
        ("[[x]]好", "  x  好"),
    ],
)
def test_mandarin_is_read_right_place_by_place(text, read):
    assert readable(text, "cmn").text == read
    assert readable(text, "cmn").places == tuple(range(len(text)))


def test_a_syllable_the_library_lacks_is_given_by_its_sound():
    read = readable("大熊", "cmn")
    assert read.text.startswith("大[[")
    assert read.places[0] == 0
    assert set(read.places[1:]) == {1}


def test_words_are_han_characters_and_runs():
    words = [word.text for word in written_words("他说 don't，5G和3.14…没错A")]
    assert words == ["他", "说", "don't", "5G", "和", "3.14", "没", "错", "A"]


@given(st.text(max_size=60), st.sampled_from(["cmn", "ja", "ru"]))
def test_every_letter_that_is_read_has_its_place(text, language):
    read = readable(text, language)
    assert len(read.places) == len(read.text)
    assert list(read.places) == sorted(read.places)
    assert all(0 <= place < len(text) for place in read.places)


@given(st.text(max_size=60))
def test_words_stand_in_the_text_where_they_say(text):
    words = written_words(text)
    assert all(text[word.start : word.end] == word.text for word in words)
    assert [w.start for w in words] == sorted(w.start for w in words)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("我是FBI的", ["我是FBI的"]),
        ("She said 你好 to me", ["She said ", "你好 ", "to me"]),
        ("他说to be or not to be，然后走了", ["他说", "to be or not to be，", "然后走了"]),
        ("We go.", ["We go."]),
        ("これは OK です", ["これは OK です"]),
    ],
)
def test_runs_are_what_one_voice_can_say(text, runs):
    assert script_runs(text) == runs


@given(st.text("我你好ab c12，.é ", max_size=40))
def test_runs_together_are_the_text(text):
    assert "".join(script_runs(text)) == text
