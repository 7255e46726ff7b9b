"""Every motion looks as it did: golden drawings of its joints (`tests/stage/stick_figures.py`)."""

import numpy as np
import pytest
from PIL import Image, ImageChops

from tests.stage.stick_figures import GOLDEN, NAMES, drawing_of

_MEAN, _FAR = 1.2, 0.012  # greys; share of pixels that are far off


@pytest.mark.parametrize("name", NAMES)
def test_a_motion_looks_as_it_did(name, tmp_path):
    drawn = drawing_of(name)
    golden = Image.open(GOLDEN / f"{name}.png").convert("L")
    off = np.abs(np.asarray(drawn, float) - np.asarray(golden, float))
    if off.mean() > _MEAN or (off > 40).mean() > _FAR:
        difference = tmp_path / f"{name}.png"
        ImageChops.difference(drawn, golden).save(difference)
        drawn.save(tmp_path / f"{name}.now.png")
        pytest.fail(f"{name} looks different: {difference}")


def test_no_golden_drawing_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(NAMES)


def test_every_motion_differs_from_standing_still():
    still = np.asarray(drawing_of("stand"), float)
    for name in NAMES:
        if name not in ("stand", "gesture-smile", "gesture-nod", "gesture-shake_head"):
            assert np.abs(np.asarray(drawing_of(name), float) - still).mean() > 0.5, name
