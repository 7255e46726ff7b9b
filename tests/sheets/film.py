"""A small film for the tests of the sheets: written, staged, and shot by simple cameras."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2

from mstation.breakdown import break_down
from mstation.breakdown.scene import Scene
from mstation.making.cast import Cast
from mstation.making.cut import FilmShots, ShotScene, assemble_shots
from mstation.previs.encode import encode_segment
from mstation.screenplay import read
from mstation.screenplay.script import Language, Script
from mstation.sheets.camera import CameraFacts, SceneCameras, scene_cameras
from mstation.sheets.frames import stills
from mstation.sheets.reel import Reel
from mstation.shots.shot import (
    Angle,
    CameraKey,
    Move,
    Need,
    Reason,
    Role,
    Shot,
    ShotList,
    Size,
    Take,
)
from mstation.shots.takes import cut_takes
from mstation.space import sensor_for
from mstation.stage.bodies import dress
from mstation.stage.layout import Layout
from mstation.stage.performance import BeatTiming, Motion
from mstation.stage.staging import stage_scene
from mstation.timebase import FrameRate
from tests.stage.staged import room, said

RATE = FrameRate(24)
SENSOR = sensor_for(640, 360)
TEXTS: dict[Language, str] = {
    "en": """Title: Salt & <Pepper>

INT. KITCHEN - DAY

MARA (34) comes in and walks to the table. TOM (41) stands by the window with a cup.

MARA
You said that the reel was lost. I looked for it everywhere, for years.

TOM
(quietly)
It was lost. Then it was found again.

Mara sits down. Nobody speaks.

MARA (O.S.)
Show me.

EXT. GARDEN - NIGHT

Tom waits alone.

TOM
Eleven people and a dog.
""",
    "zh": """片名：盐与胡椒

第1场 内 厨房 日

人物：林晚、周师傅

△林晚（29岁）走进来，走到桌边。周师傅（62岁）站在窗前。

林晚：你说那卷胶片丢了，我到处找，找了很多年。

周师傅：（低声）是丢了。后来又找到了。

△林晚坐下，谁也不说话。

林晚：给我看看。

第2场 外 院子 夜

△周师傅一个人等着。

周师傅：十一个人和一条狗。
""",
}
_MOVES = (Move.STATIC, Move.PUSH_IN, Move.PAN, Move.TRACK, Move.STATIC)
_SIZES = (Size.WS, Size.MS, Size.MCU, Size.FS, Size.CU)
_LENSES = (21.0, 40.0, 50.0, 32.0, 65.0)


@dataclass(frozen=True)
class Shooting:
    """One scene of the film with all that its sheets are made of."""

    scene: Scene
    layout: Layout
    motions: tuple[Motion, ...]
    listed: ShotList
    takes: tuple[Take, ...]
    numbers: SceneCameras


@dataclass(frozen=True)
class TestFilm:
    """The film, its script and its scenes."""

    __test__ = False

    script: Script
    cast: Cast
    shots: FilmShots
    reel: Reel
    shootings: tuple[Shooting, ...]

    @property
    def cameras(self) -> dict[str, CameraFacts]:
        return {facts.shot_id: facts for each in self.shootings for facts in each.numbers.cameras}


@cache
def film(language: Language = "en", text: str = "") -> TestFilm:
    """Return the film of a text, or of the one that stands here; made once."""
    source = text or TEXTS[language]
    script = read(source.encode(), path=f"film-{language}.fountain", language=language)
    broken = break_down(script)
    cast = Cast(language, broken.cast)
    scenes, shootings, speeches = [], [], {}
    for scene in broken.scenes:
        lines = [beat.line for beat in scene.beats if beat.line]
        speeches |= {line.id: said(line.text) for line in lines}
        performance, motions = stage_scene(scene, room(), dress(broken.cast), speeches, RATE)
        shots = _shots(scene, performance.beats, performance.frames)
        listed = ShotList(scene.id, scene.label, performance.frames, shots)
        takes = cut_takes(listed, performance, motions, sensor=SENSOR)
        numbers = scene_cameras(shots, takes, room(), RATE)
        scenes.append(ShotScene(scene, performance, listed))
        shootings.append(Shooting(scene, room(), motions, listed, takes, numbers))
    shots = assemble_shots(script.title, "24", cast, scenes, speeches)
    names = {character.id: character.name for character in broken.cast}
    reel = Reel(
        shots.title, language, RATE, shots.clips, shots.voices, shots.actions, broken.scenes, names
    )
    return TestFilm(script, cast, shots, reel, tuple(shootings))


def _shots(scene: Scene, timings: tuple[BeatTiming, ...], frames: int) -> tuple[Shot, ...]:
    """Return a shot a beat, two where a long line is cut in its middle."""
    cuts = {0, frames}
    for timing in timings:
        cuts.add(timing.first_frame)
        if timing.speech_end_frame - timing.speech_first_frame > 60:
            cuts.add((timing.speech_first_frame + timing.speech_end_frame) // 2)
    edges = sorted(cut for cut in cuts if cut <= frames)
    pieces = itertools.pairwise(edges)
    return tuple(
        _shot(scene, timings, number, first, end) for number, (first, end) in enumerate(pieces)
    )


def _shot(scene: Scene, timings: tuple[BeatTiming, ...], number: int, first: int, end: int) -> Shot:
    inside = [each for each in timings if each.first_frame < end and each.end_frame > first]
    people = scene.present
    way = number % len(_MOVES)
    return Shot(
        id=f"sh-{scene.number}-{number}",
        label=f"{scene.label}-{number + 1:03d}",
        scene_id=scene.id,
        role=Role.SINGLE,
        size=_SIZES[way],
        angle=Angle.EYE,
        move=_MOVES[way],
        lens_mm=_LENSES[way],
        subjects=people[number % len(people) :][:1] if people else (),
        axis=tuple(people[:2]) if len(people) > 1 else (),
        side=1 if len(people) > 1 else 0,
        first_frame=first,
        end_frame=end,
        beats=tuple(each.beat_id for each in inside),
        lines=tuple(each.line_id for each in inside if each.line_id),
        camera=_camera(_MOVES[way], _LENSES[way], end - first),
        direction="[[SHOT: slow]]" if number == 1 else "",
        fade_in_frames=6 if number == 0 else 0,
        why=Reason(Need.PLACE, _SIZES[way], move=_MOVES[way]),
    )


def _camera(move: Move, lens_mm: float, frames: int) -> tuple[CameraKey, ...]:
    """Return a camera that looks north from the south of the room, and moves as told."""
    start, target = np.array([0.4, 1.5, 2.4]), np.array([0.0, 1.3, -0.6])
    ahead = (target - start) / np.linalg.norm(target - start)
    first = CameraKey(0, tuple(start), tuple(target), lens_mm)
    match move:
        case Move.PUSH_IN:
            end, aim = start + 0.6 * ahead, target
        case Move.PAN:
            end, aim = start, target + np.array([1.5, 0.0, 0.0])
        case Move.TRACK:
            shift = np.array([-1.2, 0.0, 0.0])
            end, aim = start + shift, target + shift
        case _:
            return (first,)
    return (first, CameraKey(frames - 1, tuple(end), tuple(aim), lens_mm))


def grey_segment(path: Path, frames: int, width: int = 96, height: int = 54) -> Path:
    """Write a segment whose frames get lighter one by one."""
    greys = (
        np.concatenate(
            [np.full((height, width), 40 + 5 * n % 180), np.full((height // 2, width), 128)]
        ).astype(np.uint8)
        for n in range(frames)
    )
    encode_segment(greys, path, width=width, height=height, rate=RATE)
    return path


def jpegs(reel: Reel, folder: Path, width: int = 96, height: int = 54) -> dict[str, bytes]:
    """Return a grey picture for every shot of the film."""
    segment = grey_segment(folder / "greys.mp4", len(reel.clips), width, height)
    pictures = stills(segment, range(len(reel.clips)))
    return {clip.shot.id: data for clip, data in zip(reel.clips, pictures, strict=True)}


def words_of_pdf(data: bytes) -> str:
    """Return all the words that a PDF shows, without their spaces and line breaks."""
    document = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return "".join("".join(texts).split())


def pages_of_pdf(data: bytes) -> int:
    """Return how many pages a PDF has."""
    document = pypdfium2.PdfDocument(data)
    count = len(document)
    document.close()
    return count


def degrees_between(
    middle: tuple[float, float], one: tuple[float, float], other: tuple[float, float]
) -> float:
    """Return the angle at `middle` between the ways to two points."""
    ways = [math.atan2(point[1] - middle[1], point[0] - middle[0]) for point in (one, other)]
    return abs(math.degrees(math.remainder(ways[1] - ways[0], 2 * math.pi)))
