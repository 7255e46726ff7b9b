"""The shot list opens in a spreadsheet."""

from __future__ import annotations

import csv
import io

from mstation.cut.tables import shots_csv
from mstation.timebase import FrameRate
from tests.cut.film import CLIPS, VOICES


def test_a_row_says_where_the_shot_lies_and_what_is_said() -> None:
    data = shots_csv(CLIPS, VOICES, FrameRate(24))
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert not data.startswith(b"\xef\xbb\xbf")
    assert [row["label"] for row in rows] == ["012-001", "012-002", "012-003", "013-001"]
    second = rows[1]
    assert (second["first_frame"], second["end_frame"], second["frames"]) == ("48", "78", "30")
    assert (second["timecode_in"], second["timecode_out"]) == ("01:00:02:00", "01:00:03:06")
    assert second["lines"] == "MARA: You said that the reel was lost."
    assert second["subjects"] == "MARA"
    assert second["lens_mm"] == "50"
    assert second["why"].startswith("MCU of MARA, whose look to BENNO")
