"""`mstation score`: a film's score as a composer's notes, and one cue of it rewritten."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mstation import document
from mstation.breakdown.handwritten import Row, near_names
from mstation.cli.files import SCORE_WISHES, read_score_wishes
from mstation.cli.make import asked_before, make_and_tell
from mstation.cli.words import interface_language, printable, words
from mstation.errors import InvalidInput, NotFound
from mstation.publish import write_whole
from mstation.sound.spots import SCHEMA, PlacedSpot, Silence, Spotting, Told
from mstation.sound.spotting_table import told_mood
from mstation.sound.wishes import CueWish, read_wishes, wish_of, write_wishes
from mstation.timebase import FrameRate, timecode

_SPOTTING, _PLAN = "spotting.json", "score-plan.json"


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """The command's arguments as given."""

    folder: Path
    cue: str | None = None  # its label, or its id
    mood: str | None = None
    strength: float | None = None
    tempo_bpm: float | None = None
    is_off: bool | None = None
    quiet: bool = False
    jobs: int = 1

    @property
    def row(self) -> dict[str, Any]:
        """What is asked for, as `score.toml` says it."""
        said = {
            "mood": self.mood,
            "strength": self.strength,
            "pace_bpm": self.tempo_bpm,
            "off": self.is_off,
        }
        return {key: value for key, value in said.items() if value is not None}


def score_and_tell(request: ScoreRequest) -> None:
    """Print a film's score, or rewrite one cue of it and remake the film's sound.

    Raises:
        NotFound: no film is there, or no such cue.
        InvalidInput: a wish that cannot be meant.
        MStationError: as `mstation make` does.
    """
    spotting = _read_spotting(request.folder)
    if not request.row:
        if not request.quiet:
            sys.stdout.write("\n".join(_notes(request, spotting)) + "\n")
        return
    if request.cue is None:
        raise InvalidInput(
            f"say which cue: {_listed(spotting.cues)}", zh=f"请指明哪一段：{_listed(spotting.cues)}"
        )
    wishes = read_wishes(read_score_wishes(request.folder), SCORE_WISHES)
    cue_id = _cue_named(request.cue, spotting, wishes)
    kept = write_wishes(_kept(wishes, cue_id, request.row))
    asked = replace(
        asked_before(request.folder), out=request.folder, quiet=request.quiet, jobs=request.jobs,
        as_json=False,
    )  # fmt: skip
    write_whole(request.folder / SCORE_WISHES, kept)
    make_and_tell(asked)


def _read_spotting(folder: Path) -> Spotting:
    return document.read(_file(folder, _SPOTTING), Spotting, SCHEMA)


def _file(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        raise NotFound(
            f"{folder / name}: no such file; name a folder that `mstation make` wrote",
            zh=f"{folder / name}：没有这个文件；请指定 `mstation make` 写出的目录",
        ) from None


def _listed(cues: tuple[PlacedSpot, ...]) -> str:
    return ", ".join(cue.label for cue in cues)


def _cue_named(written: str, spotting: Spotting, wishes: tuple[CueWish, ...]) -> str:
    """Return the id of a cue named by label or id; one that was put off is known by its id."""
    ids = {cue.label.lower(): cue.spot.id for cue in spotting.cues}
    ids |= {cue.spot.id: cue.spot.id for cue in spotting.cues}
    ids |= {wish.cue_id: wish.cue_id for wish in wishes}
    if written.lower() in ids:
        return ids[written.lower()]
    if written in ids:
        return ids[written]
    labels, off = _listed(spotting.cues), ", ".join(wish.cue_id for wish in wishes if wish.is_off)
    near, near_zh = near_names(written, ids)
    more, more_zh = (f"; off: {off}", f"；已停用：{off}") if off else ("", "")
    raise NotFound(
        f"the film has no cue `{printable(written[:60])}`{near}; its cues: {labels}{more}",
        zh=f"影片没有这一段音乐：`{printable(written[:60])}`{near_zh}；现有：{labels}{more_zh}",
    )


def _kept(wishes: tuple[CueWish, ...], cue_id: str, row: dict[str, Any]) -> list[CueWish]:
    """Return all wishes with what is newly asked of one cue; what asks for nothing goes."""
    own = next((wish for wish in wishes if wish.cue_id == cue_id), CueWish(cue_id))
    asked = wish_of(cue_id, row, Row(SCORE_WISHES, f"[cues.{cue_id}]", f"[cues.{cue_id}]"))
    fields = {"mood": "mood", "strength": "strength", "pace_bpm": "pace_bpm", "off": "is_off"}
    own = replace(own, **{fields[key]: getattr(asked, fields[key]) for key in row})
    others = [wish for wish in wishes if wish.cue_id != cue_id]
    return [*others, own] if own != CueWish(cue_id) else others


def _notes(request: ScoreRequest, spotting: Spotting) -> Iterator[str]:
    """Yield the lines of a composer's notes: cues and silences in order."""
    language = interface_language()
    plans = {
        cue["plan"]["cue_id"]: cue["plan"]
        for cue in json.loads(_file(request.folder, _PLAN))["cues"]
    }
    chosen = _cue_named(request.cue, spotting, ()) if request.cue is not None else None
    if chosen is None:
        yield _headline(spotting)
    told: list[PlacedSpot | Silence] = [*spotting.cues, *spotting.silences]
    rate = FrameRate.parse(spotting.rate)
    for each in sorted(told, key=lambda one: one.first_frame):
        if isinstance(each, PlacedSpot):
            if chosen in (None, each.spot.id):
                yield from _cue_notes(each, plans[each.spot.id], rate, language)
        elif chosen is None:
            span = _span(each.first_frame, each.end_frame, rate)
            yield f"--   {span}  {words()['no_music']}: {_say(each.why, language)}"


def _headline(spotting: Spotting) -> str:
    say, rate = words(), FrameRate.parse(spotting.rate)
    heard = sum(cue.spot.frames for cue in spotting.cues)
    return say["score_of"].format(
        title=spotting.title or say["untitled"],
        cues=len(spotting.cues),
        share=100 * heard / max(1, spotting.frames),
        running=timecode(spotting.frames, rate),
    )


def _span(first: int, end: int, rate: FrameRate) -> str:
    return f"{timecode(first, rate)} - {timecode(end, rate)}"


def _cue_notes(
    cue: PlacedSpot, plan: dict[str, Any], rate: FrameRate, language: str
) -> Iterator[str]:
    spot, say = cue.spot, words()
    played = say["a_minute"].format(key=plan["key"], mode=plan["mode"], bpm=plan["bpm"])
    span = _span(cue.first_frame, cue.first_frame + spot.frames, rate)
    mood = _say(told_mood(spot.mood), language)
    yield f"{cue.label:<4} {span}  {mood} {spot.strength:.2f}  {played}  [{spot.id}]"
    yield from (f"     {_say(why, language)}" for why in spot.why)
    yield from (f"     {_planned(why, language)}" for why in plan["why"])
    kinds = {hit["frame"]: hit["kind"] for hit in plan["hits"]}
    told = {"downbeat": say["landing_downbeat"], "beat": say["landing_beat"]}
    for hit in spot.hits:
        landing = told.get(kinds.get(hit.frame, ""), say["landing_passed"])
        at = timecode(cue.first_frame + hit.frame, rate)
        yield f"       {at}  {_say(hit.why, language)}: {landing}"


def _say(told: Told, language: str) -> str:
    return told.zh if language == "zh" else told.en


def _planned(why: str | dict[str, str], language: str) -> str:
    """Return a reason of the plan, which may be there in one language only."""
    return why if isinstance(why, str) else why[language]
