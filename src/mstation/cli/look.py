"""`mstation look`: a still or a turntable of one set or one person."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown import break_down
from mstation.breakdown.scene import Breakdown, Character, Scene, TimeOfDay
from mstation.cli.files import check_language
from mstation.cli.picture import read_picture
from mstation.cli.scripts import read_script
from mstation.cli.words import words
from mstation.errors import InvalidInput, NotFound
from mstation.previs.encode import encode_segment
from mstation.previs.png import png_of
from mstation.previs.stills import Standing, filmed, pictures
from mstation.previs.studio import MARK, around_person, around_set, studio
from mstation.previs.vantage import Vantage, wide_views
from mstation.publish import write_whole
from mstation.screenplay import read
from mstation.stage.bodies import dress
from mstation.stage.layout import Layout
from mstation.stage.sets import design_set
from mstation.timebase import FrameRate

SET, PERSON = "set", "person"
_KINDS = {SET: SET, PERSON: PERSON, "布景": SET, "人物": PERSON}
_STILL, _FILM = ".png", ".mp4"
_TURN_S, _RATE = 5, FrameRate(24)
_UPRIGHT = "720x1280"
_TIMES = {
    "dawn": TimeOfDay.DAWN, "day": TimeOfDay.DAY, "dusk": TimeOfDay.DUSK,
    "night": TimeOfDay.NIGHT, "清晨": TimeOfDay.DAWN, "日": TimeOfDay.DAY,
    "黄昏": TimeOfDay.DUSK, "夜": TimeOfDay.NIGHT,
}  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff]")
_HEADING = re.compile(r"(?i)^\s*(int|ext|i/e|内|外)")
_SPLIT = re.compile(r"[,，、;；]")


@dataclass(frozen=True, slots=True)
class LookRequest:
    """The command's arguments as given."""

    subject: str  # set, person, or a screenplay's path
    words: str | None
    place: str | None
    person: str | None
    time: str | None
    out: Path | None
    is_turning: bool
    size: str | None
    lang: str
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class _Sitting:
    """What is looked at: where, who, from which sides."""

    name: str
    layout: Layout
    people: Standing
    still: Vantage
    turn: tuple[Vantage, ...]


def look_and_tell(request: LookRequest) -> None:
    """Make a picture, or a turning film, of a set or of a person.

    Raises:
        MStationError: with one line for the person.
    """
    is_turning = _is_turning(request)
    width, height = _size(request)
    sitting = _sitting(request, is_upright=height > width)
    out = request.out or Path(sitting.name + (_FILM if is_turning else _STILL))
    if out.is_dir():
        raise InvalidInput("is a folder; --out names a file", path=str(out),
                           zh="这是文件夹；--out 要写文件名")  # fmt: skip
    if is_turning:
        _write_turn(sitting, out, width, height)
    else:
        shown = next(_drawn(sitting, width, height))
        write_whole(out, png_of(shown))
    if not request.is_quiet:
        if sitting.layout.stood_in:
            sys.stdout.write(f"{words()['stood_in']}: {sitting.layout.stood_in}\n")
        sys.stdout.write(f"{out}\n")


def _drawn(sitting: _Sitting, width: int, height: int) -> Iterator[NDArray[np.uint8]]:
    return pictures(sitting.layout, (sitting.still,), sitting.people, width=width, height=height)


def _write_turn(sitting: _Sitting, out: Path, width: int, height: int) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    frames = filmed(sitting.layout, sitting.turn, sitting.people, width=width, height=height)
    encode_segment(frames, out, width=width, height=height, rate=_RATE)


def _is_turning(request: LookRequest) -> bool:
    """Return whether a film is wanted: it is asked for, or the file's name says so."""
    suffix = request.out.suffix.lower() if request.out is not None else ""
    if suffix not in ("", _STILL, _FILM) or (suffix == "" and request.out is not None):
        raise InvalidInput(
            f"--out is NAME{_STILL} (a still) or NAME{_FILM} (a turntable), not `{request.out}`",
            zh=f"--out 要写 名称{_STILL}（静帧）或 名称{_FILM}（转台视频），不能是 `{request.out}`",
        )
    if request.is_turning and suffix == _STILL:
        raise InvalidInput(
            f"a turntable is a film: write --out NAME{_FILM}, or leave --turntable out",
            zh=f"转台是视频：请写 --out 名称{_FILM}，或去掉 --turntable",
        )
    return request.is_turning or suffix == _FILM


def _size(request: LookRequest) -> tuple[int, int]:
    is_person = request.person is not None or _KINDS.get(request.subject) == PERSON
    return read_picture(request.size or (_UPRIGHT if is_person else None), None)


def _sitting(request: LookRequest, *, is_upright: bool) -> _Sitting:
    kind = _KINDS.get(request.subject)
    if kind is None:
        return _from_script(request, is_upright=is_upright)
    if not (request.words or "").strip():
        raise InvalidInput(
            f'say what to look at: mstation look {kind} "{_EXAMPLES[kind]}"',
            zh=f'请写明要看什么：mstation look {kind} "{_EXAMPLES_ZH[kind]}"',
        )
    if request.place is not None or request.person is not None:
        raise InvalidInput(
            "--set and --person choose from a SCREENPLAY; name its file first",
            zh="--set 和 --person 用于剧本：请先写剧本文件名",
        )
    asked = str(request.words).strip()
    if kind == SET:
        return _set_sitting(_scene_called(asked), request.time)
    return _person_sitting(_person_called(asked), is_upright=is_upright)


_EXAMPLES = {SET: "kitchen", PERSON: "MARA, 34, red coat"}
_EXAMPLES_ZH = {SET: "厨房", PERSON: "林晚，34岁，红色大衣"}


def _from_script(request: LookRequest, *, is_upright: bool) -> _Sitting:
    if (request.place is None) == (request.person is None):
        raise InvalidInput(
            "give one of --set PLACE and --person NAME with a screenplay",
            zh="剧本要配合 --set 地点 或 --person 人名 中的一个使用",
        )
    path = Path(request.subject)
    breakdown = break_down(read_script(path, request.lang))
    if request.place is not None:
        return _set_sitting(_scene_at(breakdown, request.place), request.time)
    return _person_sitting(
        _member(breakdown, str(request.person)), breakdown, is_upright=is_upright
    )


def _scene_called(asked: str) -> Scene:
    """Return the scene that a heading, or the mere name of a place, would open."""
    if _HEADING.match(asked):
        return _only_scene(asked)
    inside, outside = (_only_scene(f"{way} {asked}") for way in ("INT.", "EXT."))
    if _layout(inside, None).stood_in and not _layout(outside, None).stood_in:
        return outside
    return inside


def _only_scene(heading: str) -> Scene:
    language = "zh" if _HAN.search(heading) else "en"
    scenes = break_down(read(f"{heading}\n\n.\n".encode(), path="look.fountain",
                             language=check_language(language))).scenes  # fmt: skip
    if not scenes:
        raise InvalidInput(
            f"`{heading}` names no place; write it as in a screenplay: INT. KITCHEN - NIGHT",
            zh=f"`{heading}` 不是地点；请按剧本写法：内景 厨房 夜",
        )
    return scenes[0]


def _person_called(asked: str) -> Character:
    """Return the person that a line of a screenplay would introduce by these words."""
    name, *facts = (part.strip() for part in _SPLIT.split(asked))
    told = ", ".join(fact for fact in facts if fact)
    if _HAN.search(asked):
        text = f"INT. 房间 - 日\n\n{name}（{told}）站着。\n\n@{name}\n好。\n"
    else:
        told = f" ({told})" if told else ""
        text = f"INT. ROOM - DAY\n\n{name.upper()}{told} waits.\n\n@{name.upper()}\nYes.\n"
    cast = break_down(read(text.encode(), path="look.fountain", language="auto")).cast
    if not cast:
        raise InvalidInput(
            f"`{asked}` names nobody; begin with a name: MARA, 34, red coat",
            zh=f"`{asked}` 里没有人名；请先写人名：林晚，34岁，红色大衣",
        )
    return cast[0]


def _scene_at(breakdown: Breakdown, asked: str) -> Scene:
    wanted = _plain(asked)
    for scene in breakdown.scenes:
        if wanted in (_plain(scene.number), _plain(scene.heading), _plain(scene.place)):
            return scene
    for scene in breakdown.scenes:
        if _plain(scene.heading).startswith(wanted) or wanted in _plain(scene.place):
            return scene
    places = list(dict.fromkeys(scene.place for scene in breakdown.scenes))
    raise NotFound(
        f"no set `{asked}` in this screenplay; it has: {', '.join(places)}",
        zh=f"剧本里没有布景 `{asked}`；有：{'、'.join(places)}",
    )


def _member(breakdown: Breakdown, asked: str) -> Character:
    wanted = _plain(asked)
    for member in breakdown.cast:
        if wanted in map(_plain, (member.name, *member.aliases)):
            return member
    names = [member.name for member in breakdown.cast]
    raise NotFound(
        f"nobody is called `{asked}` in this screenplay; there are: {', '.join(names)}",
        zh=f"剧本里没有叫 `{asked}` 的人；有：{'、'.join(names)}",
    )


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[.\-–—,，。]+", " ", text).casefold().split())


def _set_sitting(scene: Scene, time: str | None) -> _Sitting:
    layout = _layout(scene, time)
    turn = around_set(layout, _TURN_S * _RATE.nominal)
    return _Sitting(_file_name(scene.place), layout, (), wide_views(layout)[0], turn)


def _layout(scene: Scene, time: str | None) -> Layout:
    if time is not None and time not in _TIMES:
        raise InvalidInput(
            f"--time is dawn, day, dusk or night, not `{time}`",
            zh=f"--time 可用 清晨、日、黄昏、夜，没有 `{time}`",
        )
    when = scene.time if time is None else _TIMES[time]
    people = max(2, len(scene.present))
    return design_set(
        scene.set_key,
        scene.place,
        scene.interior,
        when,
        people=people,
        mood=scene.mood,
        weather=scene.weather,
    )


def _person_sitting(
    person: Character, breakdown: Breakdown | None = None, *, is_upright: bool
) -> _Sitting:
    """Return one person in the studio, dressed as the whole cast's colours ask."""
    cast = (person,) if breakdown is None else breakdown.cast
    body = next(body for body in dress(cast) if body.character_id == person.id)
    turn = around_person(body, _TURN_S * _RATE.nominal, is_upright=is_upright)
    return _Sitting(_file_name(person.name), studio(), ((body, MARK),), turn[0], turn)


def _file_name(text: str) -> str:
    return re.sub(r"[^\w\u3400-\u9fff]+", "-", text.lower()).strip("-") or "look"
