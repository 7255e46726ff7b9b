import hashlib
import itertools
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Character, Turn
from mstation.voices.casting import cast_voices
from mstation.voices.loudness import loudness
from mstation.voices.speak import manifest, speak
from mstation.voices.speech import Voice
from mstation.voices.written import written_words

ENGLISH = "We don't have much time, Mara. The storm is coming."
CHINESE = "我们没有多少时间了。暴风雨就要来了，你跟我走吗？"
WOMAN = Voice("ch-woman", "hibari", "f2", 1.0, 1.0, 1.0, 1.0)
MAN = Voice("ch-man", "espeak", "m3", 0.5, 0.87, 0.95, 1.0)
GIRL = Voice("ch-girl", "hibari", "Annie", 1.45, 1.13, 1.1, 1.0)
_NO_MARKS = str.maketrans("", "", "，！")
LINES = [
    (ENGLISH, "", WOMAN),
    (ENGLISH, "whispering", MAN),
    ("Run!", "shouting", GIRL),
    (CHINESE, "", MAN),
    (CHINESE, "耳语", WOMAN),
    ("走！", "大喊", GIRL),
    ("他说 OK，2024年见……", "", WOMAN),
]


def digest(text, manner, voice):
    samples, speech = speak(text, manner, voice, seed=7)
    return hashlib.sha256(samples.tobytes() + repr(speech).encode()).hexdigest()


def pitch_hz(samples):
    """The median pitch of a line, by autocorrelation."""
    sound, rate = samples[::2].astype(float), 24_000
    found = []
    for start in range(0, len(sound) - 1600, 600):
        frame = sound[start : start + 1600]
        if frame.std() < 0.03:
            continue
        power = np.abs(np.fft.rfft(frame - frame.mean(), 4096)) ** 2
        likeness = np.fft.irfft(power)[:1600] / (1 - 0.9 * np.arange(1600) / 1600)
        low, high = rate // 480, rate // 60
        lag = low + int(likeness[low:high].argmax())
        if likeness[lag] > 0.45 * likeness[0]:
            found.append(rate / lag)
    return float(np.median(found))


def test_a_line_is_the_same_whatever_was_spoken_before_it():
    first = [digest(*line) for line in LINES]
    order = list(range(len(LINES)))
    random.Random(3).shuffle(order)
    for index in order:
        assert digest(*LINES[index]) == first[index]


def test_a_line_is_the_same_in_another_process():
    script = (
        "import hashlib\n"
        "from mstation.voices.speak import speak\n"
        "from mstation.voices.speech import Voice\n"
        f"for line in {LINES[:1] + LINES[3:4]!r}:\n"
        "    samples, speech = speak(*line, seed=7)\n"
        "    print(hashlib.sha256(samples.tobytes() + repr(speech).encode()).hexdigest())\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [digest(*LINES[0]), digest(*LINES[3])]


@pytest.mark.parametrize(("text", "manner", "voice"), LINES)
def test_words_are_in_order_inside_a_sound_that_never_clips(text, manner, voice):
    samples, speech = speak(text, manner, voice, seed=1)
    assert samples.dtype == np.float32
    assert speech.duration_s == pytest.approx(len(samples) / 48_000, abs=1e-5)
    times = [time for word in speech.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= speech.duration_s
    assert all(word.end_s > word.start_s for word in speech.words)
    assert np.abs(samples).max() < 10 ** (-3 / 20)
    assert abs(float(samples.mean())) < 1e-3
    assert abs(samples[0]) < 1e-3
    assert abs(samples[-1]) < 1e-3


def test_english_words_are_the_written_ones():
    _, speech = speak('Dr. Smith paid $5.50 -- "okay?"', "", WOMAN, seed=1)
    assert [word.text for word in speech.words] == ["Dr", "Smith", "paid", "$5.50", "okay"]


def test_mandarin_has_a_word_a_character_and_one_a_number():
    _, speech = speak("他说没有OK，2024年见。", "", MAN, seed=1)
    words = [word.text for word in speech.words]
    assert words == ["他", "说", "没", "有", "OK", "2024", "年", "见"]


@pytest.mark.parametrize(
    "text", ["一会儿我来", "兄弟，那是熊！", "没事儿，一点儿也不穷", "囧", "穷凶极恶"]
)
def test_what_the_library_would_spell_in_english_is_spoken_in_mandarin(text):
    _, speech = speak(text, "", MAN, seed=1)
    assert [word.text for word in speech.words] == list(text.translate(_NO_MARKS))
    assert speech.duration_s < 0.2 + 0.5 * len(text)


def test_the_engine_follows_the_script_and_not_the_casting():
    assert speak(ENGLISH, "", MAN, seed=1)[1].engine == "hibari"
    assert speak(CHINESE, "", WOMAN, seed=1)[1].engine == "espeak"
    assert speak("1949", "", MAN, seed=1)[1].engine == "espeak"
    assert speak("1949", "", WOMAN, seed=1)[1].engine == "hibari"


@pytest.mark.parametrize("text", ["Это не то.", "これはテストです", "안녕하세요", "שלום", "नमस्ते"])
def test_other_scripts_are_spoken_in_their_own_language(text):
    samples, speech = speak(text, "", WOMAN, seed=1)
    assert speech.engine == "espeak"
    assert speech.words
    assert len(samples) > 0.3 * 48_000


@pytest.mark.parametrize("text", ["……", "...!", "", "  ", "—", "？！", "@#", "🎬"])
@pytest.mark.parametrize("voice", [WOMAN, MAN])
def test_where_nothing_can_be_said_there_is_a_breath(text, voice):
    samples, speech = speak(text, "crying", voice, seed=1)
    assert not samples.any()
    assert speech.words == ()
    assert speech.duration_s == pytest.approx(0.6)


@pytest.mark.parametrize(("text", "voice"), [(ENGLISH, WOMAN), (ENGLISH, MAN), (CHINESE, GIRL)])
def test_a_plain_line_lies_at_23_lufs(text, voice):
    samples, speech = speak(text, "", voice, seed=1)
    assert speech.duration_s > 1
    assert loudness(samples, 48_000) == pytest.approx(-23, abs=1)
    assert speech.loudness_lufs == pytest.approx(loudness(samples, 48_000), abs=0.01)


@pytest.mark.parametrize(("text", "voice"), [(ENGLISH, WOMAN), (CHINESE, MAN)])
def test_manner_is_heard(text, voice):
    plain_sound, plain = speak(text, "", voice, seed=1)
    shout_sound, shout = speak(text, "shouting", voice, seed=1)
    _, whisper = speak(text, "耳语", voice, seed=1)
    _, slow = speak(text, "slowly", voice, seed=1)
    _, fast = speak(text, "急促", voice, seed=1)
    assert shout.loudness_lufs > plain.loudness_lufs + 3
    assert whisper.loudness_lufs < plain.loudness_lufs - 5
    assert slow.duration_s > plain.duration_s * 1.08 > fast.duration_s * 1.08
    assert pitch_hz(shout_sound) > pitch_hz(plain_sound) * 1.05


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_cast_is_told_apart_in_the_sound_itself(language):
    rows = [("MARA", "female", 34), ("JONAH", "male", 41), ("ELI", "male", 8), ("TOM", "male", 74)]
    cast = tuple(Character(f"ch-{name}", name, sex=sex, age=age) for name, sex, age in rows)
    text = ENGLISH if language == "en" else CHINESE
    heard = [
        pitch_hz(speak(text, "", voice, seed=1)[0]) for voice in cast_voices(cast, language).voices
    ]
    ordered = sorted(heard)
    assert all(high > low * 1.08 for low, high in itertools.pairwise(ordered))
    assert heard[2] == max(heard)


def test_a_pause_stands_at_a_full_stop_and_a_shorter_one_at_a_comma():
    _, english = speak("We go now, Mara. They stay.", "", WOMAN, seed=1)
    _, chinese = speak("我们走吧，林晚。他们留下。", "", MAN, seed=1)
    times = {word.text: word for word in english.words}
    assert times["Mara"].start_s - times["now"].end_s > 0.1
    assert times["They"].start_s - times["Mara"].end_s > 0.35
    spoken = chinese.words
    assert spoken[4].start_s - spoken[3].end_s > 0.25
    assert spoken[6].start_s - spoken[5].end_s > 0.5


@pytest.mark.parametrize(("text", "voice"), [(ENGLISH, WOMAN), (CHINESE, MAN)])
def test_the_mouth_moves_while_there_are_words_and_is_shut_at_the_end(text, voice):
    _, speech = speak(text, "", voice, seed=1)
    spoken_s = sum(word.end_s - word.start_s for word in speech.words)
    assert len(speech.mouths) / spoken_s >= 12
    assert max(mouth.open for mouth in speech.mouths) > 0.5
    assert speech.mouths[-1].open == 0


def test_a_very_long_speech_is_spoken_to_its_end():
    text = ("Nobody in the whole of the town had thought to ask where he went " * 12)[:780]
    _, speech = speak(text, "", WOMAN, seed=1)
    assert len(speech.words) == len(text.split())


@pytest.mark.parametrize("text", ["¹A", "Room ¹A, now.", "x² + y²", "½A", "5G9Z", "3.1.4a"])
def test_words_that_the_reader_breaks_on_are_read_more_plainly(text):
    _, speech = speak(text, "", WOMAN, seed=1)
    assert speech.words


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=24))
def test_any_text_is_spoken_or_passed_over_in_silence(text):
    samples, speech = speak(text, "", MAN, seed=1)
    assert np.isfinite(samples).all()
    assert all(0 <= w.start_s <= w.end_s <= speech.duration_s for w in speech.words)


@pytest.mark.parametrize(
    ("text", "at", "index", "voice"),
    [("I never knew. Now go away!", 14, 3, WOMAN), ("我从来不知道。你现在就走！", 7, 6, MAN)],
)
def test_a_parenthetical_amid_a_speech_changes_it_from_there_on(text, at, index, voice):
    turns = [Turn(0, "softly"), Turn(at, "shouting")]
    samples, speech = speak(text, "softly; shouting", voice, seed=1, turns=turns)
    assert [word.text for word in speech.words] == [
        word.text for word in speak(text, "", voice, seed=1)[1].words
    ]
    turn = round((speech.words[index].start_s - 0.05) * 48_000)
    assert loudness(samples[turn:], 48_000) > loudness(samples[:turn], 48_000) + 7


@pytest.mark.parametrize(
    ("text", "at", "index", "voice"),
    [("I know. Go.", 8, 2, WOMAN), ("我知道。走吧。", 4, 3, MAN)],
)
def test_a_beat_amid_a_speech_is_a_rest(text, at, index, voice):
    samples, speech = speak(text, "beat", voice, seed=1, turns=[Turn(at, "beat")])
    before, after = speech.words[index - 1 : index + 1]
    assert after.start_s - before.end_s > 0.6
    middle = round((before.end_s + after.start_s) / 2 * 48_000)
    assert not samples[middle - 4800 : middle + 4800].any()


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("She said 你好 to me, and I said 再见.", WOMAN),
        ("他说：to be or not to be, that is the question。然后走了。", MAN),
        ("我是FBI的，给我一杯latte。", MAN),
    ],
)
def test_two_scripts_in_one_line_are_both_spoken_in_order(text, voice):
    _, speech = speak(text, "", voice, seed=1)
    written = [word.text for word in written_words(text)]
    assert [word.text for word in speech.words] == written
    assert all(word.end_s > word.start_s for word in speech.words)


def test_an_english_line_with_a_few_chinese_words_is_spoken_by_the_english_voice():
    assert speak("She only ever said 你好 to me.", "", WOMAN, seed=1)[1].engine == "hibari"
    assert speak("他从来只说hello而已。", "", WOMAN, seed=1)[1].engine == "espeak"


def test_the_manifest_says_whose_voice_it_is_and_what_may_be_done_with_it():
    for voice in (WOMAN, MAN):
        said = manifest(voice)
        assert set(said) == {"name", "engine", "version", "licence", "commerce"}
        assert said["engine"] == voice.engine
        assert said["commerce"] == "yes"
