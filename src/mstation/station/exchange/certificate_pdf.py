"""A certificate as paper: one A4 page in English and Chinese, its fonts in it, to be filed."""

from __future__ import annotations

import io
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from mstation.errors import NotFound
from mstation.station.exchange.certificate_facts import CertificateFacts, document_of
from mstation.station.exchange.certificate_words import rows_of

_FOLDER = Path("share") / "mstation" / "fonts"
_FACE, _BOLD, _MONO = "NotoSansSC-400", "NotoSansSC-700", "NotoSansMono-400"
_FILES = {
    _FACE: "NotoSansSC_400Regular.ttf",
    _BOLD: "NotoSansSC_700Bold.ttf",
    _MONO: "NotoSansMono_400Regular.ttf",
}
_INK, _PALE, _LINE = HexColor("#1d2733"), HexColor("#5b6875"), HexColor("#c9d1d9")
_EDGE, _LABELS, _QR = 20 * mm, 52 * mm, 30 * mm
_PADDING = 6  # points: what the writer leaves within a page's edges
_NOT_IN_FACE = "□"
_DIGEST_LINE = 32  # signs


def draw_certificate(facts: CertificateFacts, address: str) -> bytes:
    """Return the unsigned PDF; address: of the public page that verifies it.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    _faces()
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_EDGE - _PADDING, rightMargin=_EDGE - _PADDING,
        topMargin=18 * mm, bottomMargin=18 * mm,
        title=f"Licence certificate {facts.number} 授权证书",
        author=facts.issuer, subject=facts.number, creator="M-Station", lang="en",
    )  # fmt: skip
    page.build([
        _head(facts, address),
        Spacer(0, 7 * mm),
        _table(facts),
        Spacer(0, 6 * mm),
        *_foot(facts, address),
    ])  # fmt: skip
    return out.getvalue()


def _head(facts: CertificateFacts, address: str) -> Flowable:
    title = [
        _line("LICENCE CERTIFICATE", _BOLD, 20, _INK),
        _line("授权证书", _BOLD, 16, _INK),
        Spacer(0, 3 * mm),
        _line(facts.number, _MONO, 13, _INK),
    ]
    return Table(
        [[title, _Code(address)]],
        colWidths=[A4[0] - 2 * _EDGE - _QR, _QR],
        style=TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ]),
    )  # fmt: skip


def _table(facts: CertificateFacts) -> Flowable:
    rows: list[list[Any]] = [
        [_label(english, chinese), _line(value, _FACE, 10, _INK)]
        for english, chinese, value in rows_of(document_of(facts))
    ]
    for english, chinese, digest in (
        ("Work, SHA-256", "作品摘要", facts.digest),
        ("Policy, SHA-256", "许可条款摘要", facts.policy_digest),
    ):
        halves = [digest[:_DIGEST_LINE], digest[_DIGEST_LINE:]]
        told = [_line(each, _MONO, 8.5, _INK) for each in halves]
        rows.append([_label(english, chinese), told])
    return Table(
        rows,
        colWidths=[_LABELS, A4[0] - 2 * _EDGE - _LABELS],
        style=TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, _INK),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4.2),
        ]),
        splitInRow=1,
    )  # fmt: skip


def _foot(facts: CertificateFacts, address: str) -> list[Flowable]:
    english = (
        "The licence itself is its policy, known by the digest above; this paper says what it "
        "grants. It is signed electronically: any change to this file breaks the signature. "
        "Whether the licence still holds is told at the address below, or by the code above."
    )
    chinese = (  # a sentence a line: the writer would begin lines with a comma
        "许可内容以上述摘要所对应的许可条款为准，本证书载明其授权范围。",
        "本文件经电子签名，任何改动都会使签名失效。许可当前是否有效，请访问以下网址或扫描上方二维码核验。",
    )
    return [
        _line(english, _FACE, 8, _PALE),
        Spacer(0, 1.5 * mm),
        *(_line(each, _FACE, 8, _PALE) for each in chinese),
        Spacer(0, 2.5 * mm),
        _line(address, _MONO, 8.5, _INK),
    ]


def _label(english: str, chinese: str) -> Paragraph:
    return _line(f"{english} {chinese}", _FACE, 9, _PALE)


def _line(text: str, face: str, size: float, colour: Any) -> Paragraph:
    """Return text as it is told: marks in it are letters and no commands."""
    style = ParagraphStyle(
        face, fontName=face, fontSize=size, leading=size * 1.4, textColor=colour, wordWrap="CJK"
    )
    return Paragraph(escape(_printable(text, face)), style)


def _printable(text: str, face: str) -> str:
    """Return a text on one line, an empty box for what the face does not have."""
    known = pdfmetrics.getFont(face).face.charToGlyph
    box = _NOT_IN_FACE if ord(_NOT_IN_FACE) in known else "?"
    return "".join(each if ord(each) in known else box for each in " ".join(text.split()))


class _Code(Flowable):  # type: ignore[misc]
    """A QR code of an address, with the address as a link over it."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.width = self.height = _QR

    def draw(self) -> None:
        """Draw the dark squares."""
        rows = [bytes(row) for row in segno.make(self.address, error="m").matrix]
        side = _QR / len(rows)
        self.canv.setFillColor(_INK)
        for down, row in enumerate(rows):
            for across, is_dark in enumerate(row):
                if is_dark:
                    place = (across * side, _QR - (down + 1) * side)
                    self.canv.rect(*place, side, side, stroke=0, fill=1)
        self.canv.linkURL(self.address, (0, 0, _QR, _QR), relative=1)


@cache
def _faces() -> None:
    """Make the faces known to the PDF writer."""
    for name, file in _FILES.items():
        path = Path(sysconfig.get_path("data")) / _FOLDER / file
        if not path.is_file():
            raise NotFound(
                f"{path}: the font is not there; run `make setup`",
                zh=f"{path}：缺少这个字体；请运行 `make setup`",
            )
        pdfmetrics.registerFont(TTFont(name, str(path)))
