"""One panel of a storyboard: the picture, how the camera moves, what is said and done."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.utils import ImageReader

from mstation.breakdown.reports.ink import INK, PALE, rectangle, say
from mstation.breakdown.reports.layout import Area
from mstation.breakdown.reports.typeface import fitted, width_of
from mstation.sheets.move_marks import draw_move
from mstation.sheets.reel import Entry, Reel
from mstation.sheets.wording import (
    Words,
    length_text,
    lens_text,
    move_text,
    size_text,
    words_of,
)
from mstation.shots.shot import Move

_LABEL_SIZE, _TEXT_SIZE, _SMALL_SIZE = 10.0, 8.2, 7.4
_LEADING = 10.6
_TALLEST_SHARE = 0.68  # of the panel, for a picture that lies
_UPRIGHT_SHARE = 0.66  # of the panel's height, for one that stands
_INSET_SHARE = 0.4  # of the panel's width: how a shot with a move ends
_GAP = 4.0
_NO_PICTURE = "#D9D9D9"
_USUAL_ASPECT = 16 / 9


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One JPEG, ready to be drawn."""

    reader: Any
    aspect: float  # width over height


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """How shots begin, and how those end that move, by shot id."""

    first: Mapping[str, Picture]
    last: Mapping[str, Picture]
    aspect: float  # of the film

    def aspect_of(self, shot_id: str) -> float:
        """Return the shape of a shot's picture, the film's where it has none."""
        picture = self.first.get(shot_id)
        return picture.aspect if picture else self.aspect


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some lines of text in one colour."""

    text: str
    size: float = _TEXT_SIZE
    colour: str = INK
    is_strong: bool = False


def pictures_of(first: Mapping[str, bytes], last: Mapping[str, bytes]) -> Pictures:
    """Return the pictures of a film's shots, read."""
    begins = {shot: _picture(data) for shot, data in first.items()}
    aspect = next((picture.aspect for picture in begins.values()), _USUAL_ASPECT)
    return Pictures(begins, {shot: _picture(data) for shot, data in last.items()}, aspect)


def _picture(data: bytes) -> Picture:
    reader = ImageReader(io.BytesIO(data))
    width, height = reader.getSize()
    return Picture(reader, width / height)


def draw_panel(canvas: Any, area: Area, entry: Entry, pictures: Pictures, reel: Reel) -> None:
    """Draw one shot: a picture that lies over its words, one that stands beside them."""
    aspect = pictures.aspect_of(entry.clip.shot.id)
    if aspect < 1.0:
        _draw_upright(canvas, area, entry, pictures, reel, aspect)
    else:
        _draw_lying(canvas, area, entry, pictures, reel, aspect)


def _draw_lying(
    canvas: Any, area: Area, entry: Entry, pictures: Pictures, reel: Reel, aspect: float
) -> None:
    words = words_of(reel.language)
    height = min(area.width / aspect, area.height * _TALLEST_SHARE)
    width = height * aspect
    frame = Area(area.left + (area.width - width) / 2, area.top - height, width, height)
    _draw_picture(canvas, frame, entry, pictures, words)
    room = Area(area.left, area.bottom, area.width, area.height - height - _GAP)
    last = pictures.last.get(entry.clip.shot.id)
    base = _draw_label(canvas, room, entry, reel)
    if last is not None:
        inset = _inset(room, base, last.aspect)
        _draw_end(canvas, inset, last, words)
        room = Area(room.left, room.bottom, room.width - inset.width - 2 * _GAP, room.height)
    facts = Paragraph(words["bar"].join(_facts(entry, words)))
    _write(canvas, room, base, [facts, *_who(entry, words), *_story(entry, reel)])


def _draw_upright(
    canvas: Any, area: Area, entry: Entry, pictures: Pictures, reel: Reel, aspect: float
) -> None:
    words = words_of(reel.language)
    height = area.height * _UPRIGHT_SHARE
    width = min(height * aspect, area.width * 0.64)
    frame = Area(area.left, area.top - width / aspect, width, width / aspect)
    _draw_picture(canvas, frame, entry, pictures, words)
    left = frame.right + _GAP + 1
    beside = Area(left, frame.bottom, area.right - left, frame.height)
    say(canvas, left, beside.top - 8, entry.clip.shot.label, _TEXT_SIZE + 0.6, is_strong=True)
    length = length_text(entry.clip.shot.frames, reel.rate, words).split(words["bar"])
    column = [Paragraph(text, _SMALL_SIZE) for text in (*length, *_facts(entry, words))]
    base = _write(canvas, beside, beside.top - 11, column)
    last = pictures.last.get(entry.clip.shot.id)
    if last is not None and base - frame.bottom > 24:
        tall = min((base - frame.bottom) - 3, beside.width / last.aspect)
        _draw_end(canvas, Area(left, frame.bottom, tall * last.aspect, tall), last, words)
    below = Area(area.left, area.bottom, area.width, frame.bottom - _GAP - area.bottom)
    _write(canvas, below, below.top, [*_who(entry, words), *_story(entry, reel)])


def _draw_picture(canvas: Any, frame: Area, entry: Entry, pictures: Pictures, words: Words) -> None:
    shot = entry.clip.shot
    picture = pictures.first.get(shot.id)
    if picture is None:
        rectangle(canvas, frame, fill=_NO_PICTURE)
        text = words["no_picture"]
        left = frame.left + (frame.width - width_of(text, _TEXT_SIZE)) / 2
        say(canvas, left, frame.bottom + frame.height / 2, text, _TEXT_SIZE, colour=PALE)
        return
    canvas.drawImage(picture.reader, frame.left, frame.bottom, frame.width, frame.height)
    rectangle(canvas, frame, rule=INK)
    if shot.move is not Move.STATIC:
        draw_move(canvas, frame, shot)


def _draw_end(canvas: Any, frame: Area, picture: Picture, words: Words) -> None:
    """Draw how the shot ends, small, with a word in its corner."""
    canvas.drawImage(picture.reader, frame.left, frame.bottom, frame.width, frame.height)
    rectangle(canvas, frame, rule=INK)
    text = words["end_frame"]
    tab = Area(frame.left, frame.bottom, width_of(text, 6) + 5, 9)
    rectangle(canvas, tab, fill="#FFFFFF", rule=INK)
    say(canvas, tab.left + 2.5, tab.bottom + 2.4, text, 6)


def _inset(room: Area, base: float, aspect: float) -> Area:
    width = room.width * _INSET_SHARE
    height = min(width / aspect, base - room.bottom)
    width = height * aspect
    return Area(room.right - width, base - height, width, height)


def _draw_label(canvas: Any, room: Area, entry: Entry, reel: Reel) -> float:
    """Write the shot's label and its length; return how high the words under them begin."""
    base = room.top - _LABEL_SIZE
    say(canvas, room.left, base, entry.clip.shot.label, _LABEL_SIZE, is_strong=True)
    length = length_text(entry.clip.shot.frames, reel.rate, words_of(reel.language))
    say(canvas, room.right - width_of(length, _TEXT_SIZE), base, length, _TEXT_SIZE)
    return base - _GAP


def _facts(entry: Entry, words: Words) -> list[str]:
    shot = entry.clip.shot
    facts = [size_text(shot.size, words), words["angles"][shot.angle.value]]
    return [*facts, lens_text(shot, words), move_text(shot, words)]


def _who(entry: Entry, words: Words) -> list[Paragraph]:
    """Return whom, or what, the shot is of."""
    who = words["comma"].join([*entry.subjects, *filter(None, [entry.clip.shot.prop])])
    return [Paragraph(who, is_strong=True)] if who else []


def _story(entry: Entry, reel: Reel) -> list[Paragraph]:
    """Return what is said, done and heard in the shot."""
    words = words_of(reel.language)
    said = [
        Paragraph(words["said"].format(who=heard.speaker, text=heard.text)) for heard in entry.heard
    ]
    done = [Paragraph(text, colour=PALE) for text in entry.actions]
    notes = words["bar"].join(_notes(entry, reel))
    return [*said, *done, *([Paragraph(notes, _SMALL_SIZE, PALE)] if notes else [])]


def _notes(entry: Entry, reel: Reel) -> list[str]:
    """Return what of sound and light a picture does not show, and what the director said."""
    words, shot = words_of(reel.language), entry.clip.shot
    fades = {"fade_in": shot.fade_in_frames, "fade_out": shot.fade_out_frames}
    notes = [
        words[key].format(seconds=f"{reel.rate.seconds(frames):.1f}")
        for key, frames in fades.items()
        if frames
    ]
    if any(heard.is_led_in for heard in entry.heard):
        notes.append(words["begins_before"])
    if any(heard.is_going_on for heard in entry.heard):
        notes.append(words["goes_on"])
    if shot.declared:
        notes.append(words["declared"].format(text=words["comma"].join(shot.declared)))
    if shot.direction:
        notes.append(words["note"].format(text=shot.direction))
    return notes


def _write(canvas: Any, room: Area, top: float, paragraphs: Sequence[Paragraph]) -> float:
    """Write paragraphs down from `top` as far as there is room; return how low they reach.

    Each has one line at least before any has a second; the first ones have more.
    """
    lines = int((top - room.bottom + 0.1) // _LEADING)
    base = top
    for index, paragraph in enumerate(paragraphs):
        after = len(paragraphs) - index - 1
        most = max(1, lines - after)
        if lines <= 0:
            break
        for line in fitted(paragraph.text, width=room.width, size=paragraph.size, lines=most):
            base -= _LEADING
            lines -= 1
            say(
                canvas,
                room.left,
                base + 2.2,
                line,
                paragraph.size,
                colour=paragraph.colour,
                is_strong=paragraph.is_strong,
            )
    return base
