import hashlib
import json

import numpy as np
import pytest

from mstation.passes import PASS_OPTIONS
from mstation.previs.passes import PASSES
from mstation.previs.passes.manifest import conventions_of
from mstation.previs.passes.order import Order
from mstation.previs.render import frame_of
from mstation.stage.performance import Prop
from mstation.timebase import FrameRate
from tests.previs.passes.reading import pictures
from tests.previs.passes.shown import (
    EYE,
    HEIGHT,
    WIDTH,
    moving,
    order,
    person,
    room,
    still,
    take,
)

LETTER = Prop("letter", "letter", (0.35, 1.2, 0.6), 0.0, (0.2, 0.02, 0.3), "bt-a", end_frame=3)


def _shown():
    cameras = moving(np.array(EYE), np.array([0.5, 1.6, 2.2]), 3)
    return take(cameras, person("MARA", 3, at=(0.0, -0.4), step_m=0.05), props=(LETTER,))


@pytest.mark.parametrize("name", PASSES)
def test_the_same_take_gives_the_same_bytes(name, tmp_path):
    digests = []
    for folder in ("one", "other"):
        delivery = PASSES[name](room(), _shown(), order(tmp_path / folder))
        assert all(path.is_file() for path in delivery.files.values())
        digests.append(
            {
                name: hashlib.sha256(path.read_bytes()).hexdigest()
                for name, path in delivery.files.items()
            }
        )
    assert digests[0] == digests[1]
    assert digests[0]


def test_the_table_of_passes_is_that_of_the_pipeline():
    assert list(PASSES) == list(PASS_OPTIONS)


@pytest.mark.parametrize("name", [*PASSES, "beauty"])
def test_conventions_are_told_in_both_languages(name):
    told = conventions_of({name: ()})
    assert set(told) == {"picture", name}
    for row in told.values():
        assert row["en"].isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in row["zh"])


@pytest.mark.parametrize(
    ("exr", "frames"),
    [("ends", {0, 5, 9}), ("every", set(range(10))), ("4", {0, 4, 8})],
)
def test_exr_files_are_written_of_the_frames_that_are_asked_for(exr, frames, tmp_path):
    assert Order(tmp_path, 2, 2, FrameRate(24), exr).exr_frames(10) == frames
    assert Order(tmp_path, 2, 2, FrameRate(24)).exr_frames(1) == {0}


def test_the_ends_are_the_pictures_of_the_film_without_its_fades(tmp_path):
    delivery = PASSES["ends"](room(), _shown(), order(tmp_path))
    for name, frame in (("first.png", 0), ("last.png", 2)):
        (stored,) = pictures(delivery.files[name])
        truth = frame_of(room(), _shown(), frame, width=WIDTH, height=HEIGHT)
        np.testing.assert_array_equal(stored, truth)


def test_paths_follow_people_and_props(tmp_path):
    shown = take(still(3), person("MARA", 3, at=(-0.4, -0.4), step_m=0.2), props=(LETTER,))
    delivery = PASSES["paths"](room(), shown, order(tmp_path))
    document = json.loads(delivery.files["paths.json"].read_bytes())
    paths = {(path["name"], path["of"]): path["points"] for path in document["paths"]}
    head, letter = paths["cast/MARA", "head"], paths["props/letter", "middle"]
    assert len(paths) == 3
    assert all(point["y"] > 20 + head[0]["y"] for point in paths["cast/MARA", "chest"])
    assert [point["frame"] for point in head] == [0, 1, 2]
    across = [point["x"] for point in head]
    assert across[0] + 5 < across[1] < across[2] - 5
    assert all(point["visible"] for point in head)
    assert len({(point["x"], point["y"]) for point in letter}) == 1
