"""The film's mix as steps: planned as a whole, made section by section.

What a changed line leaves as it was is not mixed again, though it lies later in the film: a section
counts from its own first sample, and depends on what is heard in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mstation.film import FilmSettings, Json
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.steps import MIX, MIX_PLAN, MIX_SECTION, STEM
from mstation.timebase import SAMPLE_RATE

STEMS = ("dialogue", "effects", "music")
STEM_FILES = (*STEMS, "m-and-e")
# A sample's bytes in the sounds that scenes and cues give: 32 bits float, and 24.
SAMPLE_BYTES = {"dialogue": 8, "effects": 8, "music": 6}
BEFORE, AFTER = 7200, 2400  # samples around a section that it hears, as `sound.mix` has them

_ROUNDS = 3  # as often a film is mixed where it turns out too loud or too soft
# What rings on from the scene before lies in a scene's first seconds, what the next one needs to
# know in its last: these are a section by themselves, across the cut.
_HEAD, _TAIL = 6 * SAMPLE_RATE, 3 * SAMPLE_RATE
_LONG, _SHORT = 12 * SAMPLE_RATE, 2 * SAMPLE_RATE  # scenes: cut twice, not at all
_MOST = 60 * SAMPLE_RATE  # of a section: what is held in memory at once
_GRID = 960  # samples: whole hops of loudness and of peaks


@dataclass(frozen=True, slots=True)
class Laid:
    """A sound that a step made, where it lies in the film."""

    stem: str
    first: int  # film samples
    made: Made

    @property
    def sound(self) -> str:
        """The sound's digest."""
        return self.made[self.stem]

    @property
    def end(self) -> int:
        """A sample of the film that it does not reach."""
        return self.first + self.made.outputs[self.stem].size // SAMPLE_BYTES[self.stem]


@dataclass(frozen=True, slots=True)
class Mix:
    """The film's sound: the mix in sections, and what its stems are made of."""

    sections: tuple[str, ...]
    levels: str
    plan: str
    laid: tuple[Laid, ...]
    samples: int

    @property
    def inputs(self) -> dict[str, str]:
        """The mix as the movie takes it."""
        return {f"sound/{index:05d}": sound for index, sound in enumerate(self.sections)}


def cuts(starts: Sequence[int], samples: int) -> list[int]:
    """Return the first samples of a film's sections, of those of its scenes and its length.

    No section begins where a scene does, if it can be helped: there sounds ring over.
    """
    firsts = [0]
    for start, end in itertools.pairwise((*starts, samples)):
        length = end - start
        if length >= _LONG:
            head, tail = start + _HEAD, start + (length - _TAIL) // _GRID * _GRID
            firsts += [head, *range(head + _MOST, tail - _TAIL, _MOST), tail]
        elif length >= _SHORT:
            firsts.append(start + length // 2 // _GRID * _GRID)
        elif start - firsts[-1] >= _MOST:
            firsts.append(start)
    return firsts


async def make_mix(
    build: Build,
    laid: Sequence[Laid],
    starts: Sequence[int],
    samples: int,
    settings: FilmSettings,
) -> Mix:
    """Return the mix of sounds; `starts` are the first samples of the film's scenes."""
    firsts = cuts(starts, samples)
    whole = {"loudness": settings.loudness, "samples": samples, "sections": firsts}
    traces, placed = _inputs(laid, 0, traces=True)
    louder_db = 0.0
    for _ in range(_ROUNDS):
        plan = await build.make(
            MIX_PLAN,
            params={**whole, **placed, "scenes": list(starts), "louder_db": louder_db},
            inputs=traces,
        )
        spans = itertools.pairwise((*firsts, samples))
        made = await gather(
            _section(build, laid, plan, index, span, samples, settings)
            for index, span in enumerate(spans)
        )
        levels = {f"section/{index:04d}": each["levels"] for index, each in enumerate(made)}
        mixed = await build.make(
            MIX, params=whole, inputs={"plan": plan["plan"], "stems": plan["stems"], **levels}
        )
        more_db = build.json(mixed["louder"])["db"]
        if not more_db:
            break
        louder_db += more_db
    sections = tuple(each["sound"] for each in made)
    return Mix(sections, mixed["levels"], plan["plan"], tuple(laid), samples)


async def _section(
    build: Build,
    laid: Sequence[Laid],
    plan: Made,
    index: int,
    span: tuple[int, int],
    samples: int,
    settings: FilmSettings,
) -> Made:
    first, end = span
    inside = [each for each in laid if each.first < end + AFTER and each.end > first - BEFORE]
    sounds, placed = _inputs(inside, first)
    params = {
        **placed,
        "loudness": settings.loudness,
        "samples": end - first,
        "heard": min(end + AFTER, samples) - first,  # the film's end is the end of all sound
    }
    inputs = {**sounds, "plan": plan[f"section/{index:04d}"]}
    return await build.make(MIX_SECTION, f"{index + 1:03d}", params=params, inputs=inputs)


def _inputs(
    laid: Sequence[Laid], zero: int, *, traces: bool = False
) -> tuple[dict[str, str], Json]:
    """Return sounds, or their traces, as inputs, and where each stem's lie from a sample on."""
    inputs: dict[str, str] = {}
    placed: Json = {}
    for stem in STEMS:
        there = [each for each in laid if each.stem == stem]
        placed[stem] = [each.first - zero for each in there]
        for index, each in enumerate(there):
            inputs[f"{stem}/{index:04d}"] = each.made["trace"] if traces else each.sound
    return inputs, placed


async def make_stems(build: Build, mix: Mix, settings: FilmSettings) -> Mapping[str, str]:
    """Return the film's stems at the levels of its mix, by the names of their files."""
    made = await gather(_stem(build, mix, name, settings) for name in STEM_FILES)
    return {f"stems/{name}.wav": stem["sound"] for name, stem in zip(STEM_FILES, made, strict=True)}


async def _stem(build: Build, mix: Mix, name: str, settings: FilmSettings) -> Made:
    stems = {name} if name in STEMS else {"effects", "music"}
    sounds, placed = _inputs([each for each in mix.laid if each.stem in stems], 0)
    params = {**placed, "stem": name, "loudness": settings.loudness, "samples": mix.samples}
    return await build.make(STEM, name, params=params, inputs={**sounds, "plan": mix.plan})
