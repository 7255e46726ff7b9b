"""Every motion looks as it did: golden drawings of its joints (`tests/stage/stick_figures.py`)."""

from pathlib import Path

import numpy as np
import pytest

from tests.previs.golden_images import Likeness, assert_golden
from tests.stage.stick_figures import NAMES, drawing_of

GOLDEN = Path(__file__).parent / "golden"
ALIKE = Likeness(far=40, far_share=0.012, mean=1.2, colours=16)


@pytest.mark.parametrize("name", NAMES)
def test_a_motion_looks_as_it_did(name, tmp_path):
    assert_golden(name, np.asarray(drawing_of(name)), tmp_path, ALIKE, folder=GOLDEN)


def test_no_golden_drawing_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(NAMES)


def test_every_motion_differs_from_standing_still():
    still = np.asarray(drawing_of("stand"), float)
    for name in NAMES:
        if name not in ("stand", "gesture-smile", "gesture-nod", "gesture-shake_head"):
            assert np.abs(np.asarray(drawing_of(name), float) - still).mean() > 0.5, name
