"""The picture that `--size`, `--aspect`, `--look` and `--figures` ask for."""

from __future__ import annotations

from mstation.cli.options import not_one_of
from mstation.errors import InvalidInput

# Source: SMPTE ST 195 and DCI for 2.39 and 1.85; ITU-R BT.709 for 16:9
ASPECTS = {"2.39": 2.39, "1.85": 1.85, "16:9": 16 / 9, "4:3": 4 / 3, "9:16": 9 / 16}
LOOKS = {
    "toon": "toon", "clay": "clay", "pencil": "pencil", "storyboard": "pencil",
    "卡通": "toon", "白模": "clay", "黏土": "clay", "铅笔": "pencil", "分镜": "pencil",
}  # fmt: skip
FIGURES = {"people": "people", "mannequin": "mannequin", "真人": "people", "人偶": "mannequin"}
_LONG_SIDE, _SHORT_SIDE = 1280, 720
_MIN_SIDE, _MAX_SIDE = 64, 7680
_ALIKE = 0.01  # 2048x858 is called 2.39, though it is 2.387


def read_picture(size: str | None, aspect: str | None) -> tuple[int, int]:
    """Return the width and the height of the picture in pixels.

    An aspect alone gives the largest picture of that shape within 1280x720, upright ones within
    720x1280.

    Raises:
        InvalidInput: one that cannot be meant, or two that disagree.
    """
    ratio = None if aspect is None else _read_aspect(aspect)
    if size is None:
        return (_LONG_SIDE, _SHORT_SIDE) if ratio is None else _largest(ratio)
    width, height = _read_size(size)
    if ratio is not None and not _is_of(width, height, ratio):
        fitting = "{}x{}".format(*_within(width, height, ratio))
        raise InvalidInput(
            f"--size {size} is not --aspect {aspect}; give one of them, or --size {fitting}",
            zh=f"--size {size} 与 --aspect {aspect} 不符；请只给一个，或写 --size {fitting}",
        )
    return width, height


def read_look(text: str) -> str:
    """Return the style of the pictures that a word in either language asks for.

    Raises:
        InvalidInput: no such style.
    """
    return _read_word("--look", text, LOOKS)


def read_figures(text: str) -> str:
    """Return the kind of figures that a word in either language asks for.

    Raises:
        InvalidInput: no such figures.
    """
    return _read_word("--figures", text, FIGURES)


def _read_word(option: str, text: str, meanings: dict[str, str]) -> str:
    plain = text.strip().lower()
    if plain not in meanings:
        raise not_one_of(option, text, meanings)
    return meanings[plain]


def _read_aspect(text: str) -> float:
    plain = text.strip().replace("：", ":").removesuffix(":1")
    if plain not in ASPECTS:
        raise not_one_of("--aspect", text, ASPECTS)
    return ASPECTS[plain]


def _is_of(width: int, height: int, ratio: float) -> bool:
    is_rounded = width == _even(height * ratio) or height == _even(width / ratio)
    return is_rounded or abs(width / height / ratio - 1) <= _ALIKE


def _largest(ratio: float) -> tuple[int, int]:
    box = (_LONG_SIDE, _SHORT_SIDE) if ratio >= 1 else (_SHORT_SIDE, _LONG_SIDE)
    return _within(*box, ratio)


def _within(width: int, height: int, ratio: float) -> tuple[int, int]:
    """Return the largest picture of a shape within a box, or the smallest that there may be."""
    if min(height, width / ratio) < _MIN_SIDE or min(width, height * ratio) < _MIN_SIDE:
        width = height = _even(_MIN_SIDE * max(ratio, 1 / ratio))
    if width / height > ratio:
        return _even(height * ratio), height
    return width, _even(width / ratio)


def _even(length: float) -> int:
    return 2 * round(length / 2)


def _read_size(text: str) -> tuple[int, int]:
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise InvalidInput(
            f"--size is WIDTHxHEIGHT, such as 1280x720, not `{text}`",
            zh=f"--size 要写成 宽x高，如 1280x720；`{text}` 无法识别",
        )
    width, height = int(parts[0]), int(parts[1])
    if not all(_MIN_SIDE <= side <= _MAX_SIDE and side % 2 == 0 for side in (width, height)):
        raise InvalidInput(
            f"--size {text}: sides must be even, from {_MIN_SIDE} to {_MAX_SIDE} pixels",
            zh=f"--size {text}：宽和高须为偶数，且在 {_MIN_SIDE} 到 {_MAX_SIDE} 像素之间",
        )
    return width, height
