"""Files are sorted into what they deliver, and each finds its shot or says that it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from mstation.deliverables import find_deliverables, find_named, spans, words_joined
from mstation.errors import InvalidInput, NotFound


def touched(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.touch()
    return paths


def test_files_with_numbers_are_one_sequence_and_others_one_each(tmp_path: Path) -> None:
    frames = touched(tmp_path, *(f"014-002_comp.{n}.exr" for n in (1001, 1002, 1005)))
    movie, still = touched(tmp_path, "014-003_comp_v003.mov", "014-004_0001.png")
    found = find_deliverables([*frames, movie, still, movie])
    assert [each.name for each in found] == ["014-002_comp.####.exr", movie.name, still.name]
    sequence = found[0]
    assert (sequence.stem, sequence.paths) == ("014-002_comp", tuple(frames))
    assert sequence.numbers == (1001, 1002, 1005)
    assert spans(sequence.missing) == "1003-1004"
    assert found[2].stem == "014-004_0001"  # a still
    for pattern in ("014-002_comp.####.exr", "014-002_comp.%04d.exr"):
        assert find_deliverables([tmp_path / pattern]) == [sequence]
    assert find_deliverables([tmp_path]) == found
    (twice,) = touched(tmp_path, "014-002_comp.01001.exr")
    with pytest.raises(InvalidInput, match="one frame"):
        find_deliverables([*frames, twice])
    for nothing in ("none.mov", "none.####.exr", "none/a.mov"):
        with pytest.raises(NotFound):
            find_deliverables([tmp_path / nothing])


@pytest.mark.parametrize(
    ("stem", "labels"),
    [
        ("014-002_comp_v003", ["014-002"]),
        ("014_002.comp", ["014-002"]),
        ("lantern 014-002 comp", ["014-002"]),
        ("014002_comp", ["014-002"]),
        ("SH_010-v2", ["sh010"]),
        ("014-002合成v003", ["014-002"]),
        ("镜2_合成", ["镜2"]),
        ("014-0021_comp", ["014-0021"]),
        ("014-00211_comp", []),
        ("x014-002", []),
        ("comp_v003", []),
        ("014-002_matches_012A-003", ["014-002"]),
        ("014-002-b_comp", ["014-002-B"]),
        ("comp_014-002_012a-003", ["014-002", "012A-003"]),
        ("comp_014-002_sh-0100", ["014-002"]),
        ("comp_014-002_014-003", ["014-002", "014-003"]),
        ("", []),
    ],
)
def test_a_file_finds_its_shot_by_its_name(stem: str, labels: list[str]) -> None:
    every = ("014-002", "014-003", "014-0021", "012A-003", "014-002-B", "sh010", "镜2", "—")
    shots = {words_joined(label): [label] for label in every}
    assert find_named(stem, shots) == labels


def test_shots_whose_labels_differ_by_separators_alone_are_not_told_apart() -> None:
    assert find_named("sh010_comp", {"sh010": ["SH-010", "SH_010"]}) == ["SH-010", "SH_010"]
