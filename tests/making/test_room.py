"""The steps of a scene's sound, on a scene that is staged but not drawn."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA, Presence
from mstation.graph.step import Blob, Inputs
from mstation.making.room import ambience, dialogue, effects
from mstation.shots import shot as shots
from mstation.sound.metering import FINE_HOP
from mstation.sound.trace import read
from mstation.sound.wavefile import open_wav
from mstation.stage import layout as layouts
from mstation.stage import performance as performances
from mstation.stage.bodies import dress
from mstation.stage.staging import stage_scene
from mstation.timebase import FrameRate
from mstation.voices.wav import write_wav
from tests.sound.test_panning import shot
from tests.stage.staged import MARA, TOM, room, said, scene_of

PARTS = ("Tom enters.", (MARA, "Now."), (TOM, "Then."))


def made(step, folder: Path, rate_text: str, *, runs_ahead: bool = False) -> np.ndarray:
    """What a step makes of the scene at a frame rate."""
    rate = FrameRate.parse(rate_text)
    scene = scene_of(*PARTS)
    if runs_ahead:
        line = replace(scene.beats[1].line, presence=Presence.PRE_LAP)
        scene = replace(
            scene, beats=(scene.beats[0], replace(scene.beats[1], line=line), *scene.beats[2:])
        )
    lines = [beat.line for beat in scene.beats if beat.line is not None]
    spoken = {line.id: said(line.text, seconds=1.0) for line in lines}
    cast = dress((MARA, TOM))
    played, motions = stage_scene(scene, room(), cast, spoken, rate, runs_ahead=runs_ahead)
    seen = shot(0, played.frames, (0.0, 1.5, 4.0), (0.0, 1.3, -1.0))
    listed = shots.ShotList(scene.id, "001", played.frames, (seen,))
    voice = (0.05 * np.random.default_rng(1).standard_normal(48_000)).astype(np.float32)
    data = {
        "scene": document.write(scene, SCENE_SCHEMA),
        "layout": document.write(room(), layouts.SCHEMA),
        "performance": document.write(played, performances.SCHEMA),
        "motions": performances.write_motions(motions),
        "shots": document.write(listed, shots.SCHEMA),
        **{f"voice/{line.id}": write_wav(voice, 48_000) for line in lines},
    }
    folder.mkdir()
    blobs = {}
    for name, content in data.items():
        path = folder / name.replace("/", "-")
        path.write_bytes(content)
        blobs[name] = Blob(hashlib.sha256(content).hexdigest(), path)
    if step is effects:
        place = folder / "place"
        place.mkdir()
        heading = {name: getattr(scene, name) for name in ("place", "interior", "time", "weather")}
        asked = Inputs(heading, {"layout": blobs["layout"]}, place, lambda _: None)
        blobs["ambience"] = Blob("", ambience(asked)["loop"])
    params = {"rate": rate_text, "width": 1280, "height": 720}
    made = step(Inputs(params=params, blobs=blobs, scratch=folder, tick=lambda _: None))
    wav = open_wav(made[step.__name__])
    assert len(read(made["trace"]).weighted) == -(-wav.samples // FINE_HOP)
    assert wav.samples >= (rate.sample_of_frame(played.frames) if step is effects else 48_000)
    return wav.read(0, wav.samples)


@pytest.mark.parametrize("rate", ["24", "1", "24000/1001"])
@pytest.mark.parametrize("step", [dialogue, effects])
def test_a_scene_is_heard_at_every_rate_clean_and_the_same_each_time(step, rate, tmp_path):
    sound = made(step, tmp_path / "one", rate)
    assert np.isfinite(sound).all()
    assert 0 < np.abs(sound).max() < 0.9
    assert np.abs(sound.mean(axis=0)).max() < 1e-3
    assert np.array_equal(sound, made(step, tmp_path / "other", rate))


def test_a_voice_that_runs_ahead_is_where_the_dialogue_starts(tmp_path):
    sound = made(dialogue, tmp_path / "ahead", "24", runs_ahead=True)
    assert np.abs(sound[:48_000]).max() > 0.05
    assert np.abs(sound[:48_000]).min(axis=1).max() > 0.05  # in both loudspeakers
    plain = made(dialogue, tmp_path / "plain", "24")
    assert not plain[:48_000].any()


def test_words_lie_clear_over_everything_else(tmp_path):
    words, rest = (
        (made(step, tmp_path / step.__name__, "24") ** 2) for step in (dialogue, effects)
    )
    tenths = words[: len(words) // 4800 * 4800].reshape(-1, 9600).mean(axis=1)
    assert 10 * np.log10(np.sort(tenths)[-10:].mean() / rest.mean()) > 10
