"""How well elements are found does not fall: measured on scenes that people broke down."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AIMED = "the four aimed at"  # props, vehicles, animals, wardrobe


@cache
def _tables() -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    command = [sys.executable, "benchmarks/element_finding.py", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)
    tables: dict[str, dict[str, dict[str, dict[str, float]]]] = json.loads(done.stdout)
    return tables


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_scenes_the_lexicon_was_written_against_are_broken_down(language: str) -> None:
    found = _tables()["first"][language][AIMED]
    assert found["marked"] > 150
    assert found["precision"] >= 0.85
    assert found["recall"] >= 0.75


@pytest.mark.parametrize(
    ("language", "precision", "recall"), [("en", 0.75, 0.70), ("zh", 0.83, 0.83)]
)
def test_scenes_that_the_lexicon_has_not_seen_are_broken_down(
    language: str, precision: float, recall: float
) -> None:
    # what was measured, rounded down; the aim is 0.85 and 0.75, which English does not reach yet
    found = _tables()["third"][language][AIMED]
    assert found["precision"] >= precision
    assert found["recall"] >= recall
