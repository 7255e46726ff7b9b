"""From the screenplay down: what is played is not spoken."""

import pytest

from mstation.breakdown import break_down
from mstation.screenplay import read
from mstation.voices.speak import speak
from mstation.voices.speech import Voice

ENGLISH = """INT. KITCHEN - NIGHT

Mara waits.

MARA
(whispering)
I know. (beat) Call him.
(shouting)
NOW!
"""
CHINESE = "第1场 内 厨房 夜\n△林晚等着。\n林晚（低声）：我知道。（停顿）你走吧。\n"


@pytest.mark.parametrize(
    ("script", "voice", "heard"),
    [
        (ENGLISH, Voice("a", "hibari", "f2"), ["I", "know", "Call", "him", "NOW"]),
        (CHINESE, Voice("b", "espeak", "f2"), list("我知道你走吧")),
    ],
)
def test_only_the_words_of_a_speech_are_spoken(script, voice, heard):
    scenes = break_down(read(script.encode(), path="x")).scenes
    (line,) = [beat.line for beat in scenes[0].beats if beat.line]
    _, speech = speak(line.text, line.manner, voice, seed=1, turns=line.turns)
    assert [word.text for word in speech.words] == heard
