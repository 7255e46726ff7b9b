import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown import break_down
from mstation.breakdown.scene import Line, Turn
from mstation.breakdown.speeches import read_speech
from mstation.screenplay import read
from mstation.screenplay.script import Element, ElementKind


def line(speech: str) -> Line:
    script = f"INT. ROOM - DAY\n\nShe waits.\n\nMARA\n{speech}\n"
    (said,) = [
        b.line for b in break_down(read(script.encode(), path="x")).scenes[0].beats if b.line
    ]
    return said


def line_zh(speech: str) -> Line:
    script = f"第1场 内 客厅 日\n△她等着。\n{speech}\n"
    (said,) = [
        b.line for b in break_down(read(script.encode(), path="x")).scenes[0].beats if b.line
    ]
    return said


def test_a_parenthetical_over_the_whole_speech_is_its_manner():
    said = line("(whispering)\nCome here. (Now.)")
    assert (said.text, said.manner, said.turns) == ("Come here. (Now.)", "whispering", ())


def test_a_parenthetical_amid_a_speech_says_where_it_goes_on_otherwise():
    said = line("(softly)\nI know.\n(shouting)\nGo!")
    assert (said.text, said.manner) == ("I know. Go!", "softly; shouting")
    assert said.turns == (Turn(0, "softly"), Turn(8, "shouting"))


@pytest.mark.parametrize("aside", ["(beat)", "(Beat.)", "(a long pause)", "(sighs)"])
def test_what_is_played_amid_the_words_is_not_spoken(aside):
    said = line(f"I know. {aside} Go.")
    assert said.text == "I know. Go."
    assert [turn.at for turn in said.turns] == [8]


def test_a_bracket_that_is_no_playing_is_spoken():
    assert line("My brother (the older one) knows.").text == "My brother (the older one) knows."


@pytest.mark.parametrize("aside", ["（停顿）", "（低声）", "(哭)"])
def test_chinese_asides_are_played_too(aside):
    said = line_zh(f"林晚：我知道。{aside}你走吧。")
    assert said.text == "我知道。你走吧。"
    assert [turn.at for turn in said.turns] == [4]


def test_a_parenthetical_after_the_last_word_is_no_turn():
    assert line("I know.\n(beat)").turns == ()


_KINDS = st.sampled_from([ElementKind.DIALOGUE, ElementKind.PARENTHETICAL, ElementKind.LYRIC])


@given(st.lists(st.tuples(_KINDS, st.text("ab 你好（）(beat)\n", max_size=20)), max_size=6))
def test_turns_stand_in_order_inside_the_text(parts):
    block = [Element(f"e{i}", kind, text, line=i) for i, (kind, text) in enumerate(parts)]
    speech = read_speech(block)
    places = [turn.at for turn in speech.turns]
    assert places == sorted(places)
    assert all(0 <= place <= len(speech.text) for place in places)
    assert speech.text == speech.text.strip()
