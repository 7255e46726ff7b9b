"""Editors' cuts against what a station can keep."""

from __future__ import annotations

import pytest

from mstation.conform import CutClip, CutList
from mstation.errors import InvalidInput
from mstation.station.production.conforming import require_countable
from mstation.timebase import FrameRate


def test_frames_beyond_every_film_are_refused() -> None:
    near = CutClip("001-001", 86400, 86424, 0, 24)
    require_countable(CutList("near", FrameRate(24), 86400, (near,)))
    far = CutClip("001-002", 2**70, 2**70 + 24, 24, 48)
    with pytest.raises(InvalidInput, match="`001-002` lies beyond every film"):
        require_countable(CutList("far", FrameRate(24), 86400, (near, far)))
