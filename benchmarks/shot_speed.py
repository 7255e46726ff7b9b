"""Prints how long designing a feature takes, and how that grows with its length.

    .venv/bin/python -m benchmarks.shot_speed              # 15, 30, 60 and 120 pages
    .venv/bin/python -m benchmarks.shot_speed --pages 30

The feature is generated scenes as one English screenplay, read and broken down like any other. It
is staged first; then only the designer is timed, on two processes, as the engine runs it.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from benchmarks.shot_films import Picture, Staged, staged_scenes
from benchmarks.shot_shooting import design
from tests.shots.generated import generated_scene, script_of

from mstation.breakdown import break_down
from mstation.breakdown.scene import Breakdown
from mstation.screenplay.reading import read_text

PAGES = (15, 30, 60, 120)
CORES = 2
_FIRST_SEED = 10_000
_EIGHTHS = 8

_staged: list[Staged] = []  # what the processes share: they are forked once it is filled


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a screenplay of some pages took to design."""

    pages: float
    scenes: int
    shots: int
    minutes: float  # of film
    seconds: float  # by the clock
    processor_s: float  # of both processes: what another's load does not lengthen


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, action="append")
    for line in told(paces(tuple(parser.parse_args().pages or PAGES))):
        print(line)


def told(measured: list[Pace]) -> Iterator[str]:
    """Yield a Markdown table, and how time grows with scenes."""
    yield "| pages | scenes | shots | minutes of film | seconds | processor seconds | a scene |"
    yield "|---|---|---|---|---|---|---|"
    for pace in measured:
        each = 1000 * pace.processor_s / pace.scenes
        yield (
            f"| {pace.pages:.0f} | {pace.scenes} | {pace.shots} | {pace.minutes:.0f} "
            f"| {pace.seconds:.1f} | {pace.processor_s:.1f} | {each:.0f} ms |"
        )
    if len(measured) > 1:
        first, last = measured[0], measured[-1]
        power = math.log(last.processor_s / first.processor_s) / math.log(
            last.minutes / first.minutes
        )
        yield ""
        yield f"Time grows with the film's length to the power of {power:.2f}."


def paces(pages: tuple[int, ...]) -> list[Pace]:
    """Return how long a feature's first so many pages take, for each number of pages."""
    whole = feature(max(pages))
    _staged[:] = staged_scenes(whole)
    return [_pace(whole, count) for count in sorted(pages)]


def feature(pages: int) -> Breakdown:
    """Return a screenplay of generated scenes, broken down: the scenes of its first pages."""
    scenes = [generated_scene(_FIRST_SEED + at, language="en") for at in range(2 * pages)]
    whole = break_down(read_text(script_of(scenes), language="en"))
    kept = whole.scenes[: _scenes_in(whole, pages)]
    return replace(whole, scenes=kept)


def _scenes_in(breakdown: Breakdown, pages: int) -> int:
    """Return how many scenes fill so many pages."""
    total = 0
    for count, scene in enumerate(breakdown.scenes, start=1):
        total += scene.eighths
        if total >= pages * _EIGHTHS:
            return count
    return len(breakdown.scenes)


def _pace(whole: Breakdown, pages: int) -> Pace:
    count = _scenes_in(whole, pages)
    context = get_context("fork")
    with ProcessPoolExecutor(CORES, mp_context=context) as pool:
        list(pool.map(_warm, range(CORES)))
        started = time.perf_counter()
        designed = list(pool.map(_designed, range(count)))
        seconds = time.perf_counter() - started
    frames = sum(staged.performance.frames for staged in _staged[:count])
    eighths = sum(scene.eighths for scene in whole.scenes[:count])
    minutes = Picture.of().rate.seconds(frames) / 60
    shots, processor_s = (sum(column) for column in zip(*designed, strict=True))
    return Pace(eighths / _EIGHTHS, count, int(shots), minutes, seconds, processor_s)


def _warm(_: int) -> tuple[int, float]:
    """Design one scene, so that no process is timed while it loads the tables."""
    return _designed(0)


def _designed(index: int) -> tuple[int, float]:
    """Return how many shots a scene has, and the processor seconds that it took."""
    started = time.process_time()
    listed = design(_staged[index], Picture.of())
    return len(listed.shots), time.process_time() - started


if __name__ == "__main__":
    main()
