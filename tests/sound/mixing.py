"""A whole film's sound in one folder, planned and mixed as the steps of a film do it."""

from __future__ import annotations

from pathlib import Path

from mstation import film_mix
from mstation.sound import mix_plan
from mstation.sound import trace as traces
from mstation.sound.balance import plan_mix, too_soft_db
from mstation.sound.hops import hops_of
from mstation.sound.levels import FilmLevels, film_levels, measured
from mstation.sound.mix import (
    AFTER,
    BEFORE,
    MixSection,
    mix_section,
    write_music_and_effects,
    write_stem,
)
from mstation.sound.mix_plan import STEMS, MixPlan
from mstation.sound.reel import Reel, lay
from mstation.sound.targets import Target
from mstation.sound.wavefile import StereoWriter, open_wav

Laid = dict[str, list[tuple[int, Path]]]  # stem → sounds at their first samples


def reels_from(laid: Laid, zero: int, end: int) -> dict[str, Reel]:
    """Return what is heard from a sample of the film on, to another one."""
    return {
        name: lay([(first - zero, path) for first, path in laid[name]], end - zero)
        for name in STEMS
    }


def planned(
    laid: Laid, scenes: list[int], samples: int, target: Target, *, louder_db: float = 0.0
) -> tuple[MixPlan, dict]:
    """Return the plan of a film's mix, and its stems' levels."""
    traced = {
        name: [
            (first, traces.read(traces.write(traces.trace(open_wav(path)))))
            for first, path in laid[name]
        ]
        for name in STEMS
    }
    return plan_mix(traced, hops_of(scenes, samples), target, louder_db=louder_db)


def section(
    laid: Laid, plan: MixPlan, span: tuple[int, int], samples: int, target: Target
) -> MixSection:
    """Return one section of the film's mix."""
    first, end = span
    cut = mix_plan.read(mix_plan.write(plan.cut(first - BEFORE, end + AFTER, first)))
    reels = reels_from(laid, first, min(end + AFTER, samples))
    return mix_section(reels, cut, end - first, target)


def mix_film(
    laid: Laid, samples: int, target: Target, folder: Path, *, scenes: list[int] | None = None
) -> FilmLevels:
    """Write mix, stems and M&E as WAVs into a folder; return the levels of all that is heard."""
    scenes, louder_db = scenes or [0], 0.0
    firsts = film_mix.cuts(scenes, samples)
    for _ in range(3):
        plan, stems = planned(laid, scenes, samples, target, louder_db=louder_db)
        spans = zip(firsts, [*firsts[1:], samples], strict=True)
        sections = [section(laid, plan, span, samples, target) for span in spans]
        heard = measured([each.levels for each in sections], firsts, samples)
        more_db = too_soft_db(target, heard.found(target, stems["dialogue"].weighted))
        if not more_db or (plan.is_most and more_db > 0):
            break
        louder_db += more_db
    with StereoWriter(folder / "mix.wav", bits=24) as writer:
        for each in sections:
            writer.write(each.sound)
    reels = reels_from(laid, 0, samples)
    for name in STEMS:
        write_stem(reels[name], plan, name, folder / f"{name}.wav")
    write_music_and_effects(reels, plan, target, folder / "m-and-e.wav")
    return film_levels(target, heard, stems)
