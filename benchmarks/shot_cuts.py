"""Prints how well PySceneDetect, at its defaults, finds the cuts of a built film in its pictures.

    .venv/bin/python -m benchmarks.shot_cuts films/the-last-reel

The cuts are the timeline's; one is found when a detected cut lies within a frame of it. The peer
lives in an environment of its own in `.bench/`, at pinned versions.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.install import python_with

from mstation.check.timeline import read_plan

PEERS = Path(__file__).parent / "peers"
BENCH = Path(__file__).resolve().parents[1] / ".bench"
WITHIN_FRAMES = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector found of a film's cuts."""

    detector: str
    cuts: int
    detected: int
    right: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.cuts + self.detected) if self.cuts + self.detected else 1.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("films", nargs="+", type=Path, help="folders that `mstation make` wrote")
    for line in told({folder.name: cuts_found(folder) for folder in parser.parse_args().films}):
        print(line)


def cuts_found(folder: Path) -> list[Found]:
    """Return what each detector finds of a film's cuts."""
    cuts = [shot.first_frame for shot in read_plan(folder).shots[1:]]
    BENCH.mkdir(exist_ok=True)
    (BENCH / ".gitignore").write_text("*\n")
    python = python_with(PEERS / "cuts-requirements.txt", BENCH / "cuts")
    command = [str(python), str(PEERS / "detect_cuts.py"), str(folder / "film.mp4")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    detected: dict[str, list[int]] = json.loads(done.stdout)
    return [Found(name, len(cuts), len(own), matched(cuts, own)) for name, own in detected.items()]


def matched(cuts: Sequence[int], detected: Sequence[int]) -> int:
    """Return how many cuts have a detected one within a frame, each detected one used once."""
    left, count = sorted(detected), 0
    for cut in sorted(cuts):
        near = next((at for at in left if abs(at - cut) <= WITHIN_FRAMES), None)
        if near is not None:
            left.remove(near)
            count += 1
    return count


def told(films: dict[str, list[Found]]) -> Iterator[str]:
    """Yield a Markdown table."""
    yield "| film | detector | cuts | detected | right | F1 |"
    yield "|---|---|---|---|---|---|"
    for name, found in films.items():
        for each in found:
            yield (
                f"| {name} | {each.detector} | {each.cuts} | {each.detected} | {each.right} "
                f"| {each.f1:.3f} |"
            )


if __name__ == "__main__":
    main()
