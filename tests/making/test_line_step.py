from dataclasses import asdict

from mstation.graph.step import Inputs
from mstation.making.people import speak
from mstation.voices.speech import Voice

PARAMS = {
    "text": "I know. Go away.",
    "manner": "",
    "turns": [],
    "mood": "calm",
    "tension": 1,
    "voice": asdict(Voice("", "hibari", "f2")),
    "seed": 0,
}


def spoken(folder, **changes):
    outputs = speak(Inputs({**PARAMS, **changes}, {}, folder, lambda _: None))
    return outputs["sound"], outputs["speech"]


def test_a_line_s_step_hears_its_turns_and_its_scene_s_feeling(tmp_path):
    plain = spoken(tmp_path)
    assert plain == spoken(tmp_path)
    assert plain != spoken(tmp_path, mood="action")
    assert plain != spoken(tmp_path, tension=2)
    assert plain != spoken(tmp_path, turns=[{"at": 8, "manner": "beat"}])
