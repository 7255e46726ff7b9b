"""Whoever a film is about in, their themes out: each a tune of its own that a voice could sing.

A tune comes from the film's seed and its subject alone, so that a new character leaves the
tunes of the others as they were.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import get_args

from mstation.identity import opaque_id, seed_of
from mstation.screenplay.script import Language
from mstation.sound.cue import MotifNote, ThemeUse, Transform
from mstation.sound.palette import INSTRUMENTS, SOLOISTS
from mstation.sound.score_plan import Contour, Theme, ThemeKind
from mstation.sound.spots import Spotting, Told

_CHARACTERS = 6  # more tunes than this, and nobody can tell them apart
_TENTH = 9  # in steps of seven; a voice sings no wider tune
_LEAP = 3  # in steps: a fourth and wider is left by a step, the other way
_FRAGMENT_BEATS = 3.0
# A rhythm is a head and a tail of four quarters each, known by tapping.
_HEADS = (
    (1.5, 0.5, 1, 1),
    (1, 1, 2),
    (2, 1, 1),
    (0.5, 0.5, 1, 2),
    (3, 0.5, 0.5),
    (1, 0.5, 0.5, 2),
    (1, 2, 1),
    (1.5, 1.5, 1),
    (0.5, 1.5, 2),
    (0.5, 1.5, 0.5, 1.5),
)
_TAILS = ((2, 2), (1, 3), (0.5, 0.5, 3), (1.5, 0.5, 2), (1, 1, 2), (2, 0.5, 1.5), (0.5, 1, 2.5))
_CONTOURS: dict[Contour, tuple[str, str]] = {
    "arch": ("rises, then comes home", "先升后落"),
    "valley": ("sinks, then lifts itself", "先沉后起"),
    "climb": ("keeps climbing", "一路上行"),
    "fall": ("keeps falling", "一路下行"),
    "wave": ("sways about its middle note", "在中音上下摇摆"),
    "turn": ("circles its first note before it dares to leave", "绕着首音打转，然后才离开"),
}
TRANSFORMS: dict[Transform, tuple[str, str]] = {
    "statement": ("stated whole", "完整陈述"),
    "answer": ("answered: its end turned upwards", "应答：句尾上扬"),
    "fragment": ("only its head, as if half remembered", "只余动机开头，似忆非忆"),
    "inversion": ("upside down: what rose now falls", "倒影：原先上行的如今下行"),
    "augmentation": ("drawn out to twice its length", "拉宽一倍"),
}


def themes_of(spotting: Spotting, names: dict[str, str], language: Language) -> tuple[Theme, ...]:
    """Return the film's theme, its principals' and the places' that return, in that order."""
    seed = str(spotting.seed)
    made = [_theme("film", "", spotting.title, spotting.title, seed, language, set())]
    for character in principals(spotting):
        name = names.get(character, character)
        taken = {theme.instrument for theme in made}
        made.append(_theme("character", character, name, spotting.title, seed, language, taken))
    for place in _returning(spotting):
        taken = {theme.instrument for theme in made}
        made.append(_theme("place", place, place, spotting.title, seed, language, taken))
    return tuple(replace(theme, nearest=round(_nearest(theme, made), 3)) for theme in made)


def principals(spotting: Spotting) -> tuple[str, ...]:
    """Return the ids of whom the music is about, who is longest in it first."""
    frames: Counter[str] = Counter()
    for placed in spotting.cues:
        for rank, character in enumerate(placed.spot.characters, 1):
            frames[character] += placed.spot.frames // rank
    order = sorted(frames, key=lambda character: (-frames[character], character))
    return tuple(order[:_CHARACTERS])


def _returning(spotting: Spotting) -> tuple[str, ...]:
    visits = Counter(placed.spot.place for placed in spotting.cues if placed.spot.place)
    returned = [place for place, count in visits.items() if count > 1]
    return tuple(sorted(returned, key=lambda place: (-visits[place], place))[:1])


def _theme(
    kind: ThemeKind,
    subject: str,
    name: str,
    title: str,
    seed: str,
    language: Language,
    taken: set[str],
) -> Theme:
    chance = random.Random(seed_of("theme", title, seed, kind, subject))
    steps = 5 if language == "zh" else 7
    contour = chance.choice(get_args(Contour))
    rhythm = (*chance.choice(_HEADS), *chance.choice(_TAILS))
    signature = chance.choice((2, 3, 4) if steps == 7 else (1, 2, 3))
    degrees = _singable(_drawn(contour, len(rhythm), signature, chance), steps)
    order = chance.sample(SOLOISTS[language], len(SOLOISTS[language]))
    instrument = next((name for name in order if name not in taken), order[0])
    heard = INSTRUMENTS[instrument]
    shape = _CONTOURS[contour]
    whose = {
        "film": ("the film's own theme", "全片主题"),
        "character": (f"{name}'s theme", f"{name}的主题"),
        "place": (f"the theme of the place, {name}", f"场所“{name}”的主题"),
    }[kind]
    return Theme(
        id=opaque_id("th", (title, seed, kind, subject)),
        kind=kind,
        subject=subject,
        name=name,
        contour=contour,
        signature=max((b - a for a, b in pairwise(degrees)), key=abs),
        steps=steps,
        notes=tuple(MotifNote(*note) for note in zip(degrees, rhythm, strict=True)),
        instrument=instrument,
        nearest=1.0,
        why=Told(
            f"{whose[0]} {shape[0]}; the {heard.en} has it first",
            f"{whose[1]}{shape[1]}，首先交给{heard.zh}",
        ),
    )


def _drawn(contour: Contour, count: int, leap: int, chance: random.Random) -> list[int]:
    """Return a line of steps with one leap in it, in the shape asked for."""
    small = [chance.choice((0, 1, 1, 1, 2, 2)) for _ in range(count)]
    moves: list[int] = []
    for index in range(count - 1):
        late = index >= (count - 1) / 2
        direction = {
            "arch": -1 if late else 1,
            "valley": 1 if late else -1,
            "climb": 1,
            "fall": -1,
            "wave": 1 if index % 2 == 0 else -1,
            "turn": (1, -1, -1, 1)[index % 4] if index < 3 else 1,
        }[contour]
        moves.append(direction * small[index])
    spot = chance.randrange(0, count - 2)
    moves[spot] = leap if moves[spot] >= 0 else -leap
    degrees = [chance.choice((0, 0, 2, 4))]
    for move in moves:
        degrees.append(degrees[-1] + move)
    return degrees


def _singable(degrees: Sequence[int], steps: int) -> list[int]:
    """Return the line with its leaps recovered, within a tenth."""
    line = [degrees[0]]
    widest = _TENTH * steps // 7
    for index in range(1, len(degrees)):
        move = degrees[index] - degrees[index - 1]
        before = line[-1] - line[-2] if len(line) > 1 else 0
        if abs(before) >= _LEAP:
            move = -1 if before > 0 else 1
        reach = [*line, line[-1] + move]
        if max(reach) - min(reach) > widest:
            move = -1 if move > 0 else 1
        line.append(line[-1] + move)
    return line


def intervals(notes: Iterable[MotifNote]) -> tuple[tuple[int, float], ...]:
    """Return a tune as moves: how far each note lies from the one before, after how long."""
    held = list(notes)
    return tuple((now.degree - then.degree, then.beats) for then, now in pairwise(held))


def distance(one: Iterable[MotifNote], other: Iterable[MotifNote]) -> float:
    """Return how unlike two tunes are, 0 the same … 1: moves to change over moves there are.

    Source: V. I. Levenshtein (1966), over moves; another length alone is half a change.
    """
    a, b = intervals(one), intervals(other)
    row = [float(index) for index in range(len(b) + 1)]
    for move in a:
        last, row[0] = row[0], row[0] + 1
        for index, against in enumerate(b, 1):
            same = 0.5 * (move[0] != against[0]) + 0.5 * (move[1] != against[1])
            last, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, last + same)
    return row[-1] / max(len(a), len(b), 1)


def _nearest(theme: Theme, themes: Sequence[Theme]) -> float:
    others = (distance(theme.notes, other.notes) for other in themes if other.id != theme.id)
    return min(others, default=1.0)


def transformed(notes: Sequence[MotifNote], transform: Transform) -> tuple[MotifNote, ...]:
    """Return a tune changed as its transform says."""
    first = notes[0].degree
    match transform:
        case "statement":
            return tuple(notes)
        case "answer":
            return (*notes[:-1], replace(notes[-1], degree=notes[-1].degree + 1))
        case "inversion":
            return tuple(replace(note, degree=2 * first - note.degree) for note in notes)
        case "augmentation":
            return tuple(replace(note, beats=2 * note.beats) for note in notes)
        case "fragment":
            head: list[MotifNote] = []
            for note in notes:
                if sum(kept.beats for kept in head) >= _FRAGMENT_BEATS:
                    break
                head.append(note)
            return tuple(head)


def use_theme(
    theme: Theme, transform: Transform, instrument: str, steps: int, reason: Told
) -> ThemeUse:
    """Return a theme as a section has it, in a mode of so many tones an octave."""
    notes = tuple(
        replace(note, degree=round(note.degree * steps / theme.steps))
        for note in transformed(theme.notes, transform)
    )
    how, player = TRANSFORMS[transform], INSTRUMENTS[instrument]
    whose = {"film": ("the film's theme", "全片主题")}.get(
        theme.kind, (f"{theme.name}'s theme", f"{theme.name}的主题")
    )
    passed = "" if instrument == theme.instrument else "passed to "
    given = "由" if instrument == theme.instrument else "转交"
    return ThemeUse(
        theme.id,
        transform,
        instrument,
        notes,
        Told(
            f"{whose[0]}, {how[0]}, {passed}the {player.en}: {reason.en}",
            f"{whose[1]}，{how[1]}，{given}{player.zh}奏出：{reason.zh}",
        ),
    )
