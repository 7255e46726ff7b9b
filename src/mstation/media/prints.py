"""What a file is known by: nouns that the process apart says, and whoever asked it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

BITS = 256  # of a picture's hash; distances of sounds are told on the same scale
SAME = 31  # bits that differ, at most, in pictures that are the same
ALIKE = 45  # up to here somebody looks
LEAST_QUALITY = 50  # of 100; what is flatter is known by nothing


class Algorithm(StrEnum):
    """How something is known."""

    SHA256 = "sha256"  # the content itself, byte for byte
    PDQ = "pdq"  # a picture
    PDQ_TILE = "pdq_tile"  # its inner part
    FRAME = "frame"  # frames of a movie
    CHROMAPRINT = "chromaprint"  # sound


@dataclass(frozen=True, slots=True)
class Print:
    """What something is kept by; several hashes or words stand one after the other."""

    algorithm: Algorithm
    value: str  # hexadecimal
    quality: int = 100  # 0 to 100: how much there is to know it by
    place: int = 0  # of several of one algorithm


@dataclass(frozen=True, slots=True)
class Prints:
    """All by which a file is kept, and the hashes of pictures that are asked for it."""

    prints: tuple[Print, ...]
    asked: str = ""  # hexadecimal, 32 bytes each


def read_prints(said: Mapping[str, Any]) -> Prints:
    """Return what the process apart said."""
    prints = (
        Print(Algorithm(each["algorithm"]), each["value"], each["quality"], each["place"])
        for each in said["prints"]
    )
    return Prints(tuple(prints), said["asked"])
