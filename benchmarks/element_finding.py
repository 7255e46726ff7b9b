"""Prints how well the elements of a scene are found: precision and recall by category.

    .venv/bin/python benchmarks/element_finding.py                # every set of tests/samples
    .venv/bin/python benchmarks/element_finding.py --verbose      # with every miss and false find
    .venv/bin/python benchmarks/element_finding.py DIR            # a folder with en/ and zh/

A find is right when a person marked a thing of the same category whose name has the same head:
in English the last words are equal in the singular, or one name ends with the other; in Chinese
one name contains the other. Each mark takes one find.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mstation.breakdown import break_down
from mstation.breakdown.elements.naming import singular
from mstation.errors import InvalidInput
from mstation.screenplay import read

SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "samples"
SETS = {
    "first": "twelve scenes a language, marked before the lexicon was written",
    "second": "six, marked when it was first frozen; it was then reworked on these too",
    "third": "six, marked after that, from the text alone: the lexicon has not seen them",
}
AIMED = ("props", "vehicles", "animals", "wardrobe")

Thing = tuple[str, str, int]  # category, name, line


@dataclass
class Score:
    """What was found of what was marked, by category."""

    right: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Thing]] = field(default_factory=list)
    false: list[tuple[str, Thing]] = field(default_factory=list)

    def precision(self, categories: tuple[str, ...]) -> float:
        """Return the share of finds that are right."""
        return share(self.right, self.found, categories)

    def recall(self, categories: tuple[str, ...]) -> float:
        """Return the share of marks that are found."""
        return share(self.right, self.marked, categories)


def share(part: Counter[str], whole: Counter[str], categories: tuple[str, ...]) -> float:
    """Return part of whole over some categories; 1 where there is nothing."""
    total = sum(whole[category] for category in categories)
    return sum(part[category] for category in categories) / total if total else 1.0


def main() -> None:
    """Measure and print a table, or JSON with --json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--verbose", action="store_true", help="list what is missed and false")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    folders = {name: SAMPLES / name for name in SETS}
    if arguments.folder is not None:
        folders = {arguments.folder.name: arguments.folder}
    scores = {
        name: {language: measure(folder / language) for language in ("en", "zh")}
        for name, folder in folders.items()
    }
    if arguments.json:
        tables = {
            name: {language: table(score) for language, score in both.items()}
            for name, both in scores.items()
        }
        print(json.dumps(tables, indent=2))
        return
    for name, both in scores.items():
        print(f"{name}: {SETS.get(name, folders[name])}\n")
        for language, score in both.items():
            print_table(language, score, verbose=arguments.verbose)


def print_table(language: str, score: Score, *, verbose: bool) -> None:
    """Print a row a category, and where asked for every miss and false find."""
    print(f"{language:20}{'marked':>8}{'found':>8}{'right':>8}{'precision':>11}{'recall':>8}")
    for name, row in table(score).items():
        counts = f"{row['marked']:8.0f}{row['found']:8.0f}{row['right']:8.0f}"
        print(f"{name:20}{counts}{row['precision']:11.3f}{row['recall']:8.3f}")
    print()
    if verbose:
        for heading, things in (("missed", score.missed), ("false", score.false)):
            for scene, (category, name, line) in sorted(things, key=lambda thing: thing[1]):
                print(f"{heading:7} {category:18} {name}  ({scene}:{line})")
        print()


def measure(folder: Path) -> Score:
    """Return how well the scenes of a folder are broken down."""
    score = Score()
    for answers in sorted(folder.glob("*.toml")):
        (source,) = (path for path in folder.glob(f"{answers.stem}.*") if path != answers)
        entries = tomllib.loads(answers.read_text(encoding="utf-8"))["element"]
        marked = [(entry["category"], entry["name"], entry["line"]) for entry in entries]
        compare(score, answers.stem, marked, found_in(source))
    return score


def found_in(source: Path) -> list[Thing]:
    """Return what a script's breakdown lists; nothing where no scene of it can be read."""
    try:
        film = break_down(read(source.read_bytes(), path=source.name))
    except InvalidInput:
        return []
    return [
        (element.category.value, element.name, element.line)
        for sheet in film.sheets
        for element in sheet.elements
    ]


def compare(score: Score, scene: str, marked: list[Thing], found: list[Thing]) -> None:
    """Add one scene to a score; equal names are paired first, then the nearest lines."""
    pairs = sorted(
        (one[1] != other[1], abs(one[2] - other[2]), at, to)
        for at, one in enumerate(marked)
        for to, other in enumerate(found)
        if one[0] == other[0] and is_same(one[1], other[1])
    )
    left, open_ = set(range(len(marked))), set(range(len(found)))
    for _, _, at, to in pairs:
        if at in left and to in open_:
            left.discard(at)
            open_.discard(to)
            score.right[marked[at][0]] += 1
    score.marked.update(thing[0] for thing in marked)
    score.found.update(thing[0] for thing in found)
    score.missed += [(scene, marked[at]) for at in sorted(left)]
    score.false += [(scene, found[to]) for to in sorted(open_)]


def is_same(one: str, other: str) -> bool:
    """Whether two names have the same head."""
    if not one.isascii():
        return one in other or other in one
    heads = [singular(name.lower().split()[-1]).removesuffix("s") for name in (one, other)]
    return heads[0] == heads[1] or one.endswith(other) or other.endswith(one)


def table(score: Score) -> dict[str, dict[str, float]]:
    """Return a row of numbers for every category, for the aimed four, and for all."""
    names = sorted(score.marked | score.found)
    rows = {name: (name,) for name in names}
    rows |= {"the four aimed at": AIMED, "all": tuple(names)}
    return {
        title: {
            "marked": sum(score.marked[name] for name in group),
            "found": sum(score.found[name] for name in group),
            "right": sum(score.right[name] for name in group),
            "precision": round(score.precision(group), 3),
            "recall": round(score.recall(group), 3),
        }
        for title, group in rows.items()
    }


if __name__ == "__main__":
    main()
