"""Voices from files: what they say, when, how they are refused; tiny models stand for large ones.

`MSTATION_PIPER` names a real voice's .onnx, `MSTATION_KOKORO` a real model's and, after a colon,
its styles; the same claims are then made of these.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from mstation.errors import InvalidInput
from mstation.voices.engines import OwnVoice, try_voice
from mstation.voices.gaps import longest_gap_in_word_s
from mstation.voices.model_files import VoiceFiles, edges_of
from mstation.voices.speak import speak
from mstation.voices.speech import Voice
from tests.voices.voice_models import kokoro_model, kokoro_styles, piper_json, piper_model

LINE = "Well, hello there! I have 24 hours; where is Mara's fire?"
SAID = ["Well", "hello", "there", "I", "have", "24", "hours", "where", "is", "Mara's", "fire"]
VOICE = Voice("ch-1", "hibari", "f2")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return the folder of the two tiny models."""
    folder = tmp_path_factory.mktemp("voices")
    (folder / "p.onnx").write_bytes(piper_model())
    (folder / "k.onnx").write_bytes(kokoro_model())
    return folder


def _piper(folder: Path, **changed: object) -> VoiceFiles:
    return VoiceFiles("piper", folder / "p.onnx", piper_json(**changed))


def _kokoro(folder: Path, speaker: str = "") -> VoiceFiles:
    return VoiceFiles("kokoro", folder / "k.onnx", kokoro_styles("af_low", "am_high"), speaker)


def _real(engine: str) -> VoiceFiles:
    name = f"MSTATION_{engine.upper()}"
    if name not in os.environ:
        pytest.skip(f"{name} names no model")
    model, _, beside = os.environ[name].partition(":")
    return VoiceFiles(engine, Path(model), Path(beside or f"{model}.json").read_bytes())


@pytest.fixture(params=["piper", "kokoro", "real piper", "real kokoro"])
def own(request, small) -> OwnVoice:
    """Return each voice in turn."""
    kind = request.param
    if kind.startswith("real"):
        return try_voice(_real(kind.removeprefix("real ")))
    return try_voice(_piper(small) if kind == "piper" else _kokoro(small))


def test_every_word_is_heard_once_in_order_while_it_sounds(own):
    samples, speech = speak(LINE, "", VOICE, seed=1, own=own)
    assert speech.engine == own.engine
    assert [word.text for word in speech.words] == SAID
    edges = [time for word in speech.words for time in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    loud = np.abs(samples).max() / 100
    for word in speech.words:
        part = samples[round(word.start_s * 48_000) : round(word.end_s * 48_000)]
        assert word.end_s - word.start_s > 0.015
        assert np.abs(part).max() > loud
    assert np.abs(samples).max() < 1.0
    assert speech.loudness_lufs == pytest.approx(-23.0, abs=1.5)
    assert {mouth.open for mouth in speech.mouths} != {0.0}


def test_a_line_is_the_same_bytes_whatever_was_said_before(own):
    first, told = speak(LINE, "", VOICE, seed=7, own=own)
    speak("Nobody asked.", "", VOICE, seed=8, own=own)
    again, retold = speak(LINE, "", VOICE, seed=7, own=own)
    assert first.tobytes() == again.tobytes()
    assert told == retold


def test_a_pace_is_followed_and_a_comma_is_heard(own):
    plain = speak("We go there, now or never.", "", VOICE, seed=1, own=own)[1]
    slow = speak("We go there, now or never.", "(slowly)", VOICE, seed=1, own=own)[1]
    assert slow.duration_s > plain.duration_s * 1.08
    there, now = plain.words[2:4]
    assert now.start_s - there.end_s > 0.1


def test_no_word_has_a_silence_in_it(own):
    samples, speech = speak(LINE, "", VOICE, seed=1, own=own)
    assert longest_gap_in_word_s(samples, speech.words) <= 0.08


def test_another_script_is_spoken_by_who_knows_it(own):
    assert speak("今天很冷。", "", VOICE, seed=1, own=own)[1].engine == "espeak"
    assert speak("……", "", VOICE, seed=1, own=own)[1].words == ()


def test_a_chinese_piper_voice_reads_chinese_and_leaves_english_alone(small):
    own = try_voice(_piper(small, espeak={"voice": "cmn"}))
    told = speak("你好，世界。", "", VOICE, seed=1, own=own)[1]
    assert told.engine == "piper"
    assert [word.text for word in told.words] == list("你好世界")
    assert speak("Good evening.", "", VOICE, seed=1, own=own)[1].engine == "hibari"


def test_a_title_ends_no_sentence(small):
    told = speak("Ask Mr. Hall. Go.", "", VOICE, seed=1, own=try_voice(_piper(small)))[1]
    _, title, name, last = told.words
    assert name.start_s - title.end_s < 0.15 < last.start_s - name.end_s


def test_a_style_is_chosen_by_name_and_noise_by_seed(small):
    low, high = (try_voice(_kokoro(small, name)) for name in ("af_low", "am_high"))
    one = low.say("Hello.", *_plain(), seed=1).samples
    assert np.abs(high.say("Hello.", *_plain(), seed=1).samples).max() > 1.5 * np.abs(one).max()
    assert not np.array_equal(one, low.say("Hello.", *_plain(), seed=2).samples)


def _plain():
    from mstation.voices.bending import Bend

    return Bend(), VOICE


@pytest.mark.parametrize("count", [1, 7])
def test_lengths_that_do_not_fit_are_not_believed(count):
    told = np.arange(1.0, count + 1)
    assert edges_of(told, count, 2.0)[-1] == pytest.approx(2.0)
    assert edges_of(told, count + 1, 2.0) == pytest.approx(np.linspace(0, 2.0, count + 2))


@pytest.mark.parametrize(
    ("model", "beside", "says"),
    [
        (b"", piper_json(), "cannot be used"),
        (b"\x00junk" * 99, piper_json(), "cannot be used"),
        (piper_model()[:300], piper_json(), "cannot be used"),
        (kokoro_model(), piper_json(), "tokens"),
        (piper_model(), b"{}", "both files"),
        (piper_model(), b"\xff\xfe{", "both files"),
        (piper_model(), b"[" * 99_999, "both files"),
        (piper_model(), piper_json(phoneme_id_map={"a": [1]}), "both files"),
        (piper_model(), piper_json(audio={"sample_rate": 1}), "both files"),
        (piper_model(), piper_json(espeak={"voice": "../../x"}), "both files"),
        (piper_model(), piper_json(espeak={"voice": "qq"}), "qq"),
        (piper_model(), piper_json(phoneme_type="text"), "text"),
    ],
)
def test_what_is_no_piper_voice_is_told_in_both_languages(tmp_path, model, beside, says):
    path = tmp_path / "m.onnx"
    path.write_bytes(model)
    with pytest.raises(InvalidInput, match=says) as told:
        try_voice(VoiceFiles("piper", path, beside))
    assert any("一" <= letter <= "鿿" for letter in told.value.told("zh"))


@pytest.mark.parametrize(
    ("styles", "speaker", "says"),
    [
        (b"", "", "no Kokoro voices"),
        (b"\x80\x04pickle", "", "no Kokoro voices"),
        (kokoro_styles("a")[:900], "", "no Kokoro voices"),
        (kokoro_styles("a", "b"), "c", "they have a, b"),
        (np.full((510, 256), np.nan, "<f4").tobytes(), "", "no Kokoro voices"),
    ],
)
def test_what_is_no_file_of_styles_is_told(small, styles, speaker, says):
    with pytest.raises(InvalidInput, match=says):
        try_voice(VoiceFiles("kokoro", small / "k.onnx", styles, speaker))


def test_a_pickle_in_a_file_of_styles_is_not_opened(small, tmp_path):
    import io

    out = io.BytesIO()
    np.savez(out, a=np.array([{"run": "me"}], dtype=object))
    with pytest.raises(InvalidInput, match="no Kokoro voices"):
        try_voice(VoiceFiles("kokoro", small / "k.onnx", out.getvalue()))


def test_a_single_style_needs_no_packing(small):
    own = try_voice(
        VoiceFiles("kokoro", small / "k.onnx", np.full((510, 256), 0.3, "<f4").tobytes())
    )
    assert own.say("Hello.", *_plain(), seed=1).words
