"""Pictures by rule, each its own: what likeness is measured on, and what is done to them."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]  # (height, width, 3), sRGB

WIDTH, HEIGHT = 720, 480


@lru_cache(maxsize=64)
def scene(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """Return a picture: a sky of clouds, as natural pictures are rough, and things before it."""
    chance = np.random.default_rng(seed)
    canvas = Image.fromarray(_clouds(chance, width, height))
    draw = ImageDraw.Draw(canvas)
    for _ in range(int(chance.integers(6, 14))):
        left, top = chance.uniform(-0.1, 0.9, 2) * (width, height)
        wide, high = chance.uniform(0.04, 0.4, 2) * (width, height)
        colour = tuple(int(each) for each in chance.integers(0, 256, 3))
        box = (left, top, left + wide, top + high)
        if chance.random() < 0.5:
            draw.ellipse(box, fill=colour)
        else:
            corners = chance.uniform(0, 1, (int(chance.integers(3, 7)), 2))
            draw.polygon([(left + x * wide, top + y * high) for x, y in corners], fill=colour)
    return np.asarray(canvas)


def _clouds(chance: np.random.Generator, width: int, height: int) -> Pixels:
    """Return noise whose amplitude falls with its frequency. Source: Field, JOSA A 4 (1987)."""
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    fall = 1 / np.maximum(np.hypot(down, across), 1 / max(width, height)) ** 1.2
    channels = []
    shared = chance.normal(size=(height, width))
    for _ in range(3):
        noise = shared + 0.3 * chance.normal(size=(height, width))
        rough = np.fft.irfft2(np.fft.rfft2(noise) * fall, (height, width))
        channels.append(np.clip(128 + 50 * rough / rough.std(), 0, 255))
    return np.stack(channels, -1).astype(np.uint8)


def recompressed(pixels: Pixels, quality: int = 30) -> Pixels:
    """Return a picture as JPEG leaves it."""
    kept = io.BytesIO()
    Image.fromarray(pixels).save(kept, "jpeg", quality=quality)
    return np.asarray(Image.open(kept).convert("RGB"))


def resized(pixels: Pixels, scale: float = 0.5) -> Pixels:
    """Return a picture in another size."""
    height, width = pixels.shape[:2]
    size = round(width * scale), round(height * scale)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def mirrored(pixels: Pixels) -> Pixels:
    """Return a picture as a mirror shows it."""
    return np.ascontiguousarray(pixels[:, ::-1])


def cropped(
    pixels: Pixels, left: float = 0.05, top: float = 0.05, right: float = 0.05, bottom: float = 0.05
) -> Pixels:
    """Return a picture without these shares of its width and height."""
    height, width = pixels.shape[:2]
    rows = slice(round(top * height), height - round(bottom * height))
    return np.ascontiguousarray(pixels[rows, round(left * width) : width - round(right * width)])


def brightened(pixels: Pixels, by: int = 40) -> Pixels:
    """Return a picture with more light."""
    return np.clip(pixels.astype(np.int16) + by, 0, 255).astype(np.uint8)
