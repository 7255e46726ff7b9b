"""What delivered media must be: the figures of a specification, which the quality check reads."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.errors import InvalidInput
from mstation.timebase import FrameRate

# Source: ITU-T H.273 (2021), tables 2, 3 and 4; the names are those that FFmpeg writes.
PRIMARIES = {"bt709": 1, "bt470bg": 5, "smpte170m": 6, "bt2020": 9, "smpte431": 11, "smpte432": 12}
TRANSFERS = {
    "bt709": 1, "smpte170m": 6, "linear": 8, "iec61966-2-1": 13, "bt2020-10": 14,
    "smpte2084": 16, "arib-std-b67": 18,
}  # fmt: skip
MATRICES = {"gbr": 0, "bt709": 1, "bt470bg": 5, "smpte170m": 6, "bt2020nc": 9}
RANGES = {"limited": 1, "full": 2}


@dataclass(frozen=True, slots=True)
class Specification:
    """What is asked of delivered media; what is left out is not looked at.

    handles_frames: before the shot's first frame, and as many after its last.
    black_head_frames, black_tail_frames: how much black may stand at either end.
    """

    rate: str = ""  # exact: 24000/1001
    width: int | None = None
    height: int | None = None
    codec: str = ""  # as FFmpeg names it: prores, h264, dnxhd, exr
    pixel_format: str = ""
    primaries: str = ""
    transfer: str = ""
    matrix: str = ""
    colour_range: str = ""
    handles_frames: int = 0
    black_head_frames: int = 0
    black_tail_frames: int = 0
    has_sound: bool = False
    loudness_lufs: float | None = None  # integrated
    loudness_tolerance_lu: float = 0.5
    true_peak_dbtp: float | None = None  # at most
    naming: str = ""  # a pattern of file names: `{label}_{type}_v*.mov`

    def __post_init__(self) -> None:
        for table, told, en, zh in (
            (PRIMARIES, self.primaries, "primaries", "原色"),
            (TRANSFERS, self.transfer, "transfer", "传递函数"),
            (MATRICES, self.matrix, "matrix", "矩阵"),
            (RANGES, self.colour_range, "range", "量化范围"),
        ):
            if told and told not in table:
                known = ", ".join(table)
                raise InvalidInput(
                    f"`{told[:40]}` is no {en} that is known; there are {known}",
                    zh=f"未知的{zh} `{told[:40]}`；可用：{known}",
                )
        if self.rate:
            FrameRate.parse(self.rate)
