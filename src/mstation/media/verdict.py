"""What was measured of delivered media and what was asked for in, findings out: in both languages.

No finding: it passes. Thresholds that a specification does not name are stated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mstation.media.nouns import Probe
from mstation.media.quality import Measured
from mstation.media.specification import MATRICES, PRIMARIES, RANGES, TRANSFERS, Specification
from mstation.timebase import FrameRate

FROZEN_S = 2.0  # Source: FFmpeg, freezedetect and its `duration`


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it was asked for; frames are half-open, from 0, where they say where."""

    code: str  # rate, size, length, codec, colour, black, frozen, loudness, peak, sequence, name
    en: str
    zh: str
    first_frame: int | None = None
    end_frame: int | None = None


def findings(
    probe: Probe, measured: Measured, wanted: Specification, *, frames: int | None = None
) -> list[Finding]:
    """Return what of a file is not as asked for.

    frames: how many its shot has; with the handles asked for at both ends they are its length.
    """
    return [
        *_of_pictures(probe, wanted),
        *_of_colour(probe, measured, wanted),
        *_of_length(probe, measured, wanted, frames),
        *_of_black(measured, wanted),
        *_of_frozen(probe, measured),
        *_of_sound(probe, measured, wanted),
    ]


def finding_of_name(name: str, pattern: str, **known: str) -> Finding | None:
    """Return what is wrong with a file's name; None: nothing, or no pattern was given.

    known: what stands for `{label}` and so on in the pattern; `*` and `?` stand for any signs.
    """
    if not pattern:
        return None
    for word, value in known.items():
        pattern = pattern.replace("{" + word + "}", value)
    if fnmatchcase(name, pattern):
        return None
    return Finding("name", f"{name} is not named `{pattern}`", f"文件名 {name} 不符合 `{pattern}`")


def _of_pictures(probe: Probe, wanted: Specification) -> Iterator[Finding]:
    if not probe.pictures:
        if wanted.rate or wanted.width or wanted.codec:
            yield Finding("picture", "there is no picture in it", "文件中没有画面")
        return
    picture = probe.pictures[0]
    if wanted.rate and picture.rate != FrameRate.parse(wanted.rate):
        yield _differs("rate", "帧率", picture.rate or "?", wanted.rate)
    if picture.is_variable:
        yield Finding("rate", "its frames last unequally", "帧间隔不均匀（可变帧率）")
    size = (picture.width, picture.height)
    if (wanted.width or size[0], wanted.height or size[1]) != size:
        asked = f"{wanted.width or '*'}×{wanted.height or '*'}"
        yield _differs("size", "尺寸", f"{size[0]}×{size[1]}", asked)
    if wanted.codec and picture.codec != wanted.codec:
        yield _differs("codec", "编码", picture.codec, wanted.codec)
    if wanted.pixel_format and picture.pixel_format != wanted.pixel_format:
        yield _differs("codec", "像素格式", picture.pixel_format, wanted.pixel_format)


def _of_colour(probe: Probe, measured: Measured, wanted: Specification) -> Iterator[Finding]:
    if not probe.pictures:
        return
    tagged = (probe.pictures[0].colour or "2/2/2").split("/")
    asked = (
        ("primaries", "原色", PRIMARIES, wanted.primaries, int(tagged[0])),
        ("transfer", "传递函数", TRANSFERS, wanted.transfer, int(tagged[1])),
        ("matrix", "矩阵", MATRICES, wanted.matrix, int(tagged[2])),
        ("range", "量化范围", RANGES, wanted.colour_range, measured.colour_range),
    )
    for what, zh, table, name, found in asked:
        if name and table[name] != found:
            known = {number: word for word, number in table.items()}
            told = known.get(found, f"untagged or unknown ({found})")
            yield Finding(
                "colour",
                f"its {what} is tagged {told}, asked for was {name}",
                f"{zh}标记为 {known.get(found, f'未标记或未知（{found}）')}，要求 {name}",
            )


def _of_length(
    probe: Probe, measured: Measured, wanted: Specification, frames: int | None
) -> Iterator[Finding]:
    if probe.missing:
        some = ", ".join(str(number) for number in probe.missing[:5])
        yield Finding(
            "sequence",
            f"{len(probe.missing)} frames of the sequence are missing: {some}",
            f"序列缺 {len(probe.missing)} 帧：{some}",
        )
    if probe.pictures and probe.frames != measured.frames:
        yield Finding(
            "length",
            f"it says it has {probe.frames} frames and has {measured.frames}",
            f"文件标称 {probe.frames} 帧，实际 {measured.frames} 帧",
        )
    if frames is not None and probe.pictures:
        asked = frames + 2 * wanted.handles_frames
        if measured.frames != asked:
            handles = wanted.handles_frames
            yield Finding(
                "length",
                f"it has {measured.frames} frames, asked for were {asked}: {frames} and {handles} "
                "of handles at each end",
                f"共 {measured.frames} 帧，要求 {asked} 帧："
                f"镜头 {frames} 帧，前后余量各 {handles} 帧",
            )


def _of_black(measured: Measured, wanted: Specification) -> Iterator[Finding]:
    head, tail = wanted.black_head_frames, measured.frames - wanted.black_tail_frames
    for first, end in measured.black:
        first, end = max(first, head) if first == 0 else first, min(end, max(tail, first))
        if first < end:
            yield _stretch("black", "black", "黑场", first, end)


def _of_frozen(probe: Probe, measured: Measured) -> Iterator[Finding]:
    """Return stretches that stand still for two seconds, or from the first frame to the last."""
    if measured.frames < 2:
        return
    least = FROZEN_S if probe.rate is None else probe.rate.frames_ceil(FROZEN_S)
    for first, end in measured.frozen:
        is_dark = any(begin <= first and end <= over for begin, over in measured.black)
        if not is_dark and (end - first >= least or end - first == measured.frames):
            yield _stretch("frozen", "frozen", "静帧", first, end)


def _of_sound(probe: Probe, measured: Measured, wanted: Specification) -> Iterator[Finding]:
    if not probe.sounds:
        if wanted.has_sound or wanted.loudness_lufs is not None:
            yield Finding("sound", "there is no sound in it", "文件中没有声音")
        return
    if wanted.loudness_lufs is not None:
        found = measured.loudness_lufs
        if found is None or abs(found - wanted.loudness_lufs) > wanted.loudness_tolerance_lu:
            told = "silence" if found is None else f"{found:.1f} LUFS"
            asked = f"{wanted.loudness_lufs:.1f} ± {wanted.loudness_tolerance_lu:.1f} LUFS"
            told_zh = "静音" if found is None else told
            yield Finding(
                "loudness",
                f"its loudness is {told}, asked for was {asked}",
                f"响度为 {told_zh}，要求 {asked}",
            )
    peak = measured.true_peak_dbtp
    if wanted.true_peak_dbtp is not None and peak is not None and peak > wanted.true_peak_dbtp:
        yield Finding(
            "peak",
            f"its true peak is {peak:.1f} dBTP, at most {wanted.true_peak_dbtp:.1f} was asked for",
            f"真峰值 {peak:.1f} dBTP，要求不超过 {wanted.true_peak_dbtp:.1f} dBTP",
        )


def _differs(code: str, zh: str, found: object, asked: object) -> Finding:
    return Finding(
        code, f"its {code} is {found}, asked for was {asked}", f"{zh}为 {found}，要求 {asked}"
    )


def _stretch(code: str, en: str, zh: str, first: int, end: int) -> Finding:
    return Finding(
        code,
        f"frames {first} to {end - 1} are {en}",
        f"第 {first} 至 {end - 1} 帧为{zh}",
        first,
        end,
    )
