"""What a build writes is what other tools expect."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pytest
from pxr import Usd, UsdGeom, UsdSkel, UsdValidation

from tests.film.making import FPS, make

pytestmark = pytest.mark.xdist_group("film")

FILES = {
    "film.mp4", "film.otio", "film.usda", "script.json", "breakdown.json", "shots.json",
    "shots.csv", "subtitles.srt", "subtitles.vtt", "stems/dialogue.wav", "stems/effects.wav",
    "stems/music.wav", "stems/m-and-e.wav", "sound.json", "sheets/levels.svg",
    "score.mid", "score.musicxml", "spotting.json", "score-plan.json", "voices/lines.csv",
    "report.json", "scenes/001.usdc", "scenes/002.usdc",
    "gltf/001.glb", "gltf/002.glb",
}  # fmt: skip


def _films(film: Path, chinese_film: Path) -> list[Path]:
    return [film, chinese_film]


def test_every_file_is_there(film: Path, chinese_film: Path) -> None:
    for folder in (film, chinese_film):
        assert {
            str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
        } >= FILES


def test_documents_say_their_schema(film: Path) -> None:
    for name in ("script", "breakdown", "shots", "spotting", "score-plan", "sound", "report"):
        document = json.loads((film / f"{name}.json").read_bytes())
        assert document["schema"].startswith(f"mstation.{name}/")


def test_the_movie_runs_as_long_as_the_cut(film: Path) -> None:
    frames = json.loads((film / "shots.json").read_bytes())["frames"]
    with av.open(str(film / "film.mp4")) as movie:
        video, audio = movie.streams.video[0], movie.streams.audio[0]
        assert video.average_rate == Fraction(FPS)
        context = video.codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == 1
        assert sum(1 for _ in movie.decode(video)) == frames
        sound = float(audio.duration * audio.time_base)
        assert sound == pytest.approx(frames / FPS, abs=1024 / 48_000)
        assert audio.codec_context.sample_rate == 48_000
    head = (film / "film.mp4").read_bytes()[:65536]
    assert 0 < head.find(b"moov") < (head.find(b"mdat") % 65536 or 65536)


def test_the_film_is_at_sixteen_lufs(film: Path, chinese_film: Path) -> None:
    for folder in (film, chinese_film):
        measured = _ebur128(folder / "film.mp4")
        assert measured["I"] == pytest.approx(-16, abs=0.5)
        assert measured["peak_dbtp"] < -1


def _ebur128(path: Path) -> dict[str, float]:
    graph = av.filter.Graph()
    found: dict[str, str] = {}
    with av.open(str(path)) as movie:
        stream = movie.streams.audio[0]
        source = graph.add_abuffer(template=stream)
        meter = graph.add("ebur128", "metadata=1:peak=true")
        sink = graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in movie.decode(stream):
            graph.push(frame)
            _drain(graph, found)
        graph.push(None)
        _drain(graph, found)
    peaks = [float(v) for k, v in found.items() if "true_peaks_ch" in k]
    return {"I": float(found["lavfi.r128.I"]), "peak_dbtp": 20 * np.log10(max(peaks))}


def _drain(graph: av.filter.Graph, found: dict[str, str]) -> None:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        found.update(frame.metadata)


def test_the_stage_validates_clean(film: Path, chinese_film: Path) -> None:
    validators = UsdValidation.ValidationRegistry().GetOrLoadAllValidators()
    assert len(validators) > 5
    for folder in (film, chinese_film):
        stage = Usd.Stage.Open(str(folder / "film.usda"))
        errors = UsdValidation.ValidationContext(validators).Validate(stage)
        assert [error.GetMessage() for error in errors] == []


def test_the_stage_keeps_its_conventions(film: Path) -> None:
    stage = Usd.Stage.Open(str(film / "film.usda"))
    shots = json.loads((film / "shots.json").read_bytes())
    assert UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    assert stage.GetTimeCodesPerSecond() == FPS
    assert stage.GetEndTimeCode() == shots["frames"] - 1
    for clip in shots["clips"]:
        scene, number = clip["shot"]["label"].split("-")
        prim = stage.GetPrimAtPath(f"/Film/scene_{scene}/shots/s{number}")
        first, end = (prim.GetAttribute(f"mstation:{n}").Get() for n in ("firstFrame", "endFrame"))
        length = clip["shot"]["end_frame"] - clip["shot"]["first_frame"]
        assert (first, end) == (clip["film_first_frame"], clip["film_first_frame"] + length)
        assert prim.GetAttribute("mstation:size").Get() == clip["shot"]["size"]
        assert tuple(prim.GetAttribute("mstation:subjects").Get() or ()) == tuple(clip["subjects"])
        camera = UsdGeom.Camera(prim.GetChild("camera"))
        focal_mm = 100 * camera.GetFocalLengthAttr().Get(first)
        assert focal_mm == pytest.approx(clip["shot"]["lens_mm"])
        assert camera.GetHorizontalApertureAttr().Get() == pytest.approx(0.2489)


def test_a_skeleton_is_there_whenever_the_person_is(film: Path) -> None:
    stage = Usd.Stage.Open(str(film / "film.usda"))
    cache = UsdSkel.Cache()
    people = [prim for prim in stage.Traverse() if prim.IsA(UsdSkel.Root)]
    assert {prim.GetName() for prim in people} == {"MARA", "TOM"}
    starts = {scene["label"]: scene for scene in _scenes(film)}
    for prim in people:
        scene = starts[prim.GetPath().pathString.split("/")[2].removeprefix("scene_")]
        skeleton = UsdSkel.Skeleton(prim.GetChild("Skeleton"))
        cache.Populate(UsdSkel.Root(prim), Usd.PrimDefaultPredicate)
        query = cache.GetSkelQuery(skeleton)
        joints = list(query.GetJointOrder())
        assert joints[:6] == [
            "Hips", "Hips/Spine", "Hips/Spine/Chest", "Hips/Spine/Chest/Neck",
            "Hips/Spine/Chest/Neck/Head", "Hips/Spine/Chest/Neck/Head/HeadTop",
        ]  # fmt: skip
        visibility = UsdGeom.Imageable(prim).GetVisibilityAttr()
        last = scene["film_first_frame"] + scene["frames"]
        for frame in range(scene["film_first_frame"], last, FPS // 2):
            if visibility.Get(frame) == UsdGeom.Tokens.inherited:
                world = query.ComputeJointSkelTransforms(frame)
                assert 0 <= world[joints.index(joints[5])][3][1] < 2.3


def _scenes(film: Path) -> list[dict[str, int]]:
    return list(json.loads((film / "shots.json").read_bytes())["scenes"])


def test_the_cut_has_no_gap_and_names_its_shots(film: Path) -> None:
    timeline = otio.adapters.read_from_file(str(film / "film.otio"))
    shots = json.loads((film / "shots.json").read_bytes())
    track = timeline.video_tracks()[0]
    assert [clip.name for clip in track] == [clip["shot"]["label"] for clip in shots["clips"]]
    assert Counter(type(item) for item in track) == {otio.schema.Clip: len(track)}
    assert track.duration().value == shots["frames"]
    assert timeline.global_start_time == otio.opentime.RationalTime(3600 * FPS, FPS)  # 01:00:00:00
    lines = [line for clip in track for line in clip.metadata["mstation"]["lines"]]
    assert {line["text"] for line in lines} >= {"You are late again.", "Somebody has to say it."}
    assert all(line["words"] for line in lines)
    keys = {"scene", "shot", "size", "angle", "move", "lens_mm", "subjects", "lines", "breaks"}
    assert all(keys <= set(clip.metadata["mstation"]) for clip in track)


def test_a_rate_that_is_no_whole_number_is_exact(script: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.fountain"
    short.write_text("INT. KITCHEN - DAY\n\nMARA\nNow.\n", encoding="utf-8")
    make(short, tmp_path / "out", "--fps", "23.976")
    with av.open(str(tmp_path / "out" / "film.mp4")) as movie:
        assert movie.streams.video[0].average_rate == Fraction(24000, 1001)


def test_the_report_names_licences(film: Path) -> None:
    report = json.loads((film / "report.json").read_bytes())
    assert {each["character"] for each in report["used"] if "character" in each} == {"MARA", "TOM"}
    assert all(each["licence"] and each["commerce"] for each in report["used"])
    kinds = {each.get("kind") for each in report["used"]}
    assert {"voice", "font", "soundfont", "body"} <= kinds
