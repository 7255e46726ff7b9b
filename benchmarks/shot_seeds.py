"""Prints the shots of generated scenes and what the checker finds in them.

.venv/bin/python -m benchmarks.shot_seeds 7 12          # seeds
.venv/bin/python -m benchmarks.shot_seeds 0-39 --brief  # a line a seed, then faults by kind
.venv/bin/python -m benchmarks.shot_seeds 7 --text      # the scene as written
"""

from __future__ import annotations

import argparse
from collections import Counter

from benchmarks.shot_films import Filmed, Picture, film_in_memory, shoot, stage
from tests.shots.generated import Generated, generated_scene, script_of

from mstation.check.run import check
from mstation.check.telling import sentence


def main() -> None:
    """Design the scenes of the seeds that are asked for and print what is found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", nargs="+", help="7, or 0-39")
    parser.add_argument("--brief", action="store_true", help="no shots")
    parser.add_argument("--text", action="store_true", help="the scene as written")
    arguments = parser.parse_args()
    kinds: Counter[str] = Counter()
    tested: Counter[str] = Counter()
    for seed in seeds_of(arguments.seeds):
        made = generated_scene(seed)
        if arguments.text:
            print(script_of([made]))
        shot = shot_scene(made)
        film = film_in_memory([shot], made.cast, Picture.of(made.width, made.height))
        found = check(film)
        faults = [(row, fault) for row in found for fault in row.faults]
        kinds.update(f"{row.check}.{fault.kind}" for row, fault in faults)
        tested.update({row.check: row.tested for row in found})
        print(
            f"seed {seed}: {len(made.scene.present)} people, {shot.staged.layout.kind}, "
            f"{made.width}x{made.height}, {len(shot.shots.shots)} shots, {len(faults)} faults"
        )
        if not arguments.brief:
            print_shots(shot)
        for row, fault in faults:
            told = sentence(row, "fault", fault.kind, fault.values, "en")
            print(f"    {row.check} {fault.shot} frame {fault.frame}: {told}")
    print("tested:", dict(tested))
    print("faults:", dict(kinds.most_common()))


def seeds_of(words: list[str]) -> list[int]:
    """Return the seeds that words like `7` and `0-39` name."""
    seeds: list[int] = []
    for word in words:
        first, _, last = word.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def shot_scene(made: Generated) -> Filmed:
    """Return a generated scene as the designer shoots it."""
    picture = Picture.of(made.width, made.height)
    return shoot(stage(made.scene, made.bodies), picture, opening=True, closing=True)


def print_shots(shot: Filmed) -> None:
    """Print a scene's shots, a line each."""
    for each in shot.shots.shots:
        print(
            f"  {each.label} {each.first_frame:5d} +{each.frames:<4d} {each.role.value:12s} "
            f"{each.size.value:6s} {each.angle.value:5s} {each.move.value:9s} "
            f"{each.lens_mm:5.0f} mm {'breaks ' + ','.join(each.breaks) if each.breaks else ''}"
        )


if __name__ == "__main__":
    main()
