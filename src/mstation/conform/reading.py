"""Any document of a cut in, its cut out: what it is, its content says."""

from __future__ import annotations

import codecs

from mstation.conform.cutlist import CutList
from mstation.conform.faults import MOST_BYTES, unsupported
from mstation.conform.read_edl import edl_text, looks_like_edl, read_edl
from mstation.conform.read_fcpxml import read_fcpxml
from mstation.conform.read_otio import read_otio
from mstation.errors import InvalidInput
from mstation.timebase import FrameRate

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"  # what an AAF is


def read_cut(data: bytes, name: str, rate: FrameRate | None = None) -> CutList:
    """Return the cut of an OpenTimelineIO, CMX3600 or FCPXML document.

    Args:
        data: The document; nothing that it points at is opened.
        name: What to call it where something is wrong with it.
        rate: The rate that the cut must have. An EDL does not say it, so it must be given.

    Raises:
        InvalidInput: it is too large, damaged, of another rate, or none of the three; `Unsupported`
            where it holds what would be read wrongly.
    """
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"the document has {len(data) / 1e6:.0f} MB, and the limit is {MOST_BYTES >> 20} MB; "
            "give one reel at a time",
            path=name,
            zh=f"文档有 {len(data) / 1e6:.0f} MB，上限为 {MOST_BYTES >> 20} MB；请按本分开提供",
        )
    if data.startswith(_COMPOUND_FILE):
        raise _unknown(name, "this is an AAF", "这是 AAF 文件")
    if b"\0" in data and not data.startswith(_BOMS[1:]):
        raise _unknown(name, "this is no text", "这不是文本")
    begin = data[:200].removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    begin = begin.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE).lstrip()
    if begin.startswith(b"{"):
        cut = read_otio(data, name, rate)
    elif begin.startswith(b"<"):
        cut = read_fcpxml(data, name)
    else:
        text = edl_text(data)
        if not looks_like_edl(text):
            raise _unknown(name, "this is no list of cuts", "这不是剪辑表")
        return read_edl(text, name, rate)
    if rate is not None and cut.rate != rate:
        raise InvalidInput(
            f"the cut runs at {cut.rate} frames a second, not at {rate}; export it at {rate}",
            path=name,
            zh=f"该剪辑为每秒 {cut.rate} 帧，而非 {rate} 帧；请按 {rate} 导出",
        )
    return cut


def _unknown(name: str, what: str, zh: str) -> InvalidInput:
    return unsupported(
        name,
        f"{what}; export the cut as OpenTimelineIO, FCPXML or a CMX3600 EDL",
        f"{zh}；请将剪辑导出为 OpenTimelineIO、FCPXML 或 CMX3600 EDL",
    )
