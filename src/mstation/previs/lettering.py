"""Text in, letters out: glyph outlines cut into triangles, laid out inside a box."""

from __future__ import annotations

import functools
import sysconfig
from pathlib import Path
from typing import Any

import mapbox_earcut
import numpy as np
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from numpy.typing import NDArray

from mstation.errors import NotFound
from mstation.previs.mesh import Mesh, join
from mstation.previs.primitives import solid
from mstation.screenplay.script import Language
from mstation.stage.layout import Rgb

FONT_FILES = {"en": "CourierPrime_400Regular.ttf", "zh": "NotoSansSC_400Regular.ttf"}
_FONT_FOLDER = Path("share") / "mstation" / "fonts"

_CURVE_STEPS = 3  # segments of one quadratic curve; a letter is seldom over 200 pixels tall
_LINE_HEIGHT = 1.3  # of the letters' size
_MOST_CHARACTERS = 320  # what is longer cannot be read in a shot and ends in an ellipsis
_SIZES = 40  # steps in which the size shrinks until the text fits

# Marks that must not open a line. Source: W3C, Requirements for Chinese Text Layout, 3.1.2.
_NEVER_FIRST = frozenset("，。、；：？！）》」』】”’…,.;:?!)]}%")

Contour = NDArray[np.float64]  # (k, 2) in ems


def find_font(language: Language) -> Path:
    """Return the font file of a language.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    path = Path(sysconfig.get_path("data")) / _FONT_FOLDER / FONT_FILES[language]
    if not path.is_file():
        raise NotFound(
            f"{path}: the font is not there; run `make setup`",
            zh=f"{path}：缺少这个字体；请运行 `make setup`",
        )
    return path


def lettering_mesh(
    text: str, *, width_m: float, height_m: float, colour: Rgb, language: Language
) -> Mesh:
    """Return the text as letters in the plane z = 0, centred on the origin, facing −Z.

    Someone at −Z who looks to +Z reads it; it is as large as fits the box, in as many lines
    as that needs. Latin text breaks between words, Chinese between characters.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    text = " ".join(text.split())
    if len(text) > _MOST_CHARACTERS:
        text = text[: _MOST_CHARACTERS - 1] + "…"
    if not text:
        return join([])
    lines, size = _fitted(text, width_m, height_m, language)
    top = size * _LINE_HEIGHT * (len(lines) - 1) / 2
    meshes = []
    for number, line in enumerate(lines):
        baseline = top - number * size * _LINE_HEIGHT - 0.35 * size
        cursor = -_width(line, language) * size / 2
        for character in line:
            points, triangles = glyph(character, language)
            if len(triangles):
                x, y = points[:, 0] * size + cursor, points[:, 1] * size + baseline
                flat = np.column_stack([-x, y, np.zeros(len(points))])
                normals = np.tile([0.0, 0.0, -1.0], (len(points), 1))
                meshes.append(solid(flat, triangles, colour, normals=normals))
            cursor += advance(character, language) * size
    return join(meshes)


def _fitted(
    text: str, width_m: float, height_m: float, language: Language
) -> tuple[list[str], float]:
    """Return the lines and the size of letters, the largest of some sizes that fits."""
    pieces = _pieces(text)
    largest = height_m / _LINE_HEIGHT
    for step in range(_SIZES):
        size = largest * 0.9**step
        lines = _wrapped(pieces, width_m / size, language)
        if lines and len(lines) * size * _LINE_HEIGHT <= height_m * 1.001:
            return lines, size
    size = largest * 0.9**_SIZES
    return _wrapped(pieces, float("inf"), language), size


def _pieces(text: str) -> list[str]:
    """Return what may stand at the start of a line: words with their space, Han characters."""
    pieces: list[str] = []
    for character in text:
        is_glued = character in _NEVER_FIRST or character == " "
        is_word = not _is_wide(character)
        goes_on = pieces and not pieces[-1].endswith(" ") and not _is_wide(pieces[-1][-1])
        if pieces and (is_glued or (is_word and goes_on)):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"


def _wrapped(pieces: list[str], width_em: float, language: Language) -> list[str]:
    """Return the lines, each within the width; none when a single piece is too wide."""
    lines = [""]
    for piece in pieces:
        if _width(piece.rstrip(), language) > width_em:
            return []
        if lines[-1] and _width((lines[-1] + piece).rstrip(), language) > width_em:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _width(line: str, language: Language) -> float:
    return sum(advance(character, language) for character in line)


# A font file never changes while the program runs, so what is read from it is kept.
@functools.cache
def _font(path: Path) -> tuple[Any, dict[int, str], Any, float]:
    font = TTFont(path, lazy=True)
    return font, font.getBestCmap(), font.getGlyphSet(), float(font["head"].unitsPerEm)


def _named_glyph(character: str, language: Language) -> tuple[Path, str]:
    """Return the font and the glyph that show a character, in either font; else a box."""
    first: tuple[Language, ...] = ("en", "zh") if language == "en" else ("zh", "en")
    for font_language in first:
        path = find_font(font_language)
        name = _font(path)[1].get(ord(character))
        if name is not None:
            return path, name
    return find_font("zh"), ".notdef"


@functools.cache
def advance(character: str, language: Language) -> float:
    """Return how far a character moves the pen, in ems."""
    path, name = _named_glyph(character, language)
    _, _, glyphs, units = _font(path)
    return float(glyphs[name].width) / units


@functools.cache
def glyph(character: str, language: Language) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return the points (n, 2), in ems, and the triangles of a character.

    The triangles are counter-clockwise once x is mirrored, as `lettering_mesh` does.
    """
    path, name = _named_glyph(character, language)
    _, _, glyphs, units = _font(path)
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    contours = _contours(pen.value, units)
    points, faces, start = [], [], 0
    for outline, holes in _shapes(contours):
        rings = [outline, *holes]
        flat = np.concatenate(rings)
        ends = np.cumsum([len(ring) for ring in rings]).astype(np.uint32)
        cut = mapbox_earcut.triangulate_float64(flat, ends).reshape(-1, 3).astype(np.int32)
        a, b, c = (flat[cut[:, corner]] for corner in range(3))
        turn = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        cut = np.where((turn < 0)[:, None], cut[:, ::-1], cut)
        points.append(flat)
        faces.append(cut + start)
        start += len(flat)
    if not points:
        return np.zeros((0, 2)), np.zeros((0, 3), np.int32)
    return np.concatenate(points), np.concatenate(faces)


def _contours(strokes: list[tuple[str, Any]], units: float) -> list[Contour]:
    """Return closed outlines in ems, curves flattened."""
    contours: list[Contour] = []
    line: list[NDArray[np.float64]] = []
    for verb, operands in strokes:
        to = [np.array(point, float) / units for point in operands if point is not None]
        if verb in ("moveTo", "lineTo"):
            line.append(to[0])
        elif verb == "qCurveTo":
            _quadratics(line, to)
        elif verb == "curveTo":
            _cubic(line, to)
        if verb in ("closePath", "endPath"):
            contour = _without_repeats(np.array(line))
            if len(contour) >= 3:
                contours.append(contour)
            line = []
    return contours


def _quadratics(line: list[NDArray[np.float64]], to: list[NDArray[np.float64]]) -> None:
    """Add a TrueType curve: on-curve points lie half-way between its off-curve points."""
    controls, last = to[:-1], to[-1]
    for index, control in enumerate(controls):
        end = last if index == len(controls) - 1 else (control + controls[index + 1]) / 2
        start = line[-1]
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            line.append((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t * t * end)


def _cubic(line: list[NDArray[np.float64]], to: list[NDArray[np.float64]]) -> None:
    start, (first, second, end) = line[-1], to
    for step in range(1, _CURVE_STEPS + 2):
        t = step / (_CURVE_STEPS + 1)
        u = 1 - t
        line.append(u**3 * start + 3 * u * u * t * first + 3 * u * t * t * second + t**3 * end)


def _without_repeats(contour: Contour) -> Contour:
    steps = np.linalg.norm(contour - np.roll(contour, 1, axis=0), axis=1)
    kept: Contour = contour[steps > 1e-6]
    return kept


def _shapes(contours: list[Contour]) -> list[tuple[Contour, list[Contour]]]:
    """Return every outline with its holes: TrueType fills to the right, so holes turn left."""
    outlines = [contour for contour in contours if _area(contour) < 0]
    holes = [contour for contour in contours if _area(contour) >= 0]
    owned: list[list[Contour]] = [[] for _ in outlines]
    for hole in holes:
        around = [
            (abs(_area(outline)), index)
            for index, outline in enumerate(outlines)
            if _contains(outline, hole[0])
        ]
        if around:
            owned[min(around)[1]].append(hole)
    return list(zip(outlines, owned, strict=True))


def _area(ring: Contour) -> float:
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _contains(ring: Contour, point: NDArray[np.float64]) -> bool:
    """Whether a point lies inside, by counting the edges to its right."""
    start, end = ring, np.roll(ring, -1, axis=0)
    spans = (start[:, 1] > point[1]) != (end[:, 1] > point[1])
    rise = np.where(spans, end[:, 1] - start[:, 1], 1.0)
    x = start[:, 0] + (point[1] - start[:, 1]) / rise * (end[:, 0] - start[:, 0])
    return bool(np.sum(spans & (point[0] < x)) % 2)
