"""Pictures are known again by 256 bits, those that others make, whatever is done to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mstation.media.crops import Likeness, likeness_of
from mstation.media.hamming import near, words_of
from mstation.media.pdq import Bits, hexadecimal, luma_of, pdq
from mstation.media.prints import ALIKE, LEAST_QUALITY, SAME
from tests.media import scenes
from tests.media.scenes import Pixels


def _waves(number: int, width: int, height: int) -> Pixels:
    """Return a picture by formula: the same on every machine."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    k = number + 1
    red = 128 + 60 * np.sin(x / (17 + 5 * k) + k) * np.cos(y / (29 - 3 * k))
    red += 50 * np.sin((x * y) / (6000.0 + 900 * k))
    green = 128 + 70 * np.sin((x + 2 * y) / (31 + k))
    green += 40 * np.cos(np.hypot(x - width / 3, y - height / (2 + k)) / (9 + 2 * k))
    blue = 128 + 90 * np.sin(x * x / 9000.0 / k) * np.cos(y / (13 + k))
    return np.clip(np.rint(np.stack([red, green, blue], -1)), 0, 255).astype(np.uint8)


# Made with Meta's own code (PyPI pdqhash 0.2.8, `compute`, after OpenCV's RGB to grey).
THEIRS = {
    (0, 640, 427): ("5eceec95564eed91ca71fc8e6353e297593f236261ec51cc2e38116007a1bb43", 100),
    (1, 1024, 1024): ("e6bceb1cda28077d7e78a379faf0c3d1cbe0a7c17ee077415c0103014223a35f", 100),
    (2, 333, 517): ("0536aab95576aab95576aab95552aaf6aaa95547aa89ff92aab455c600585546", 100),
    (3, 100, 80): ("79d67cfa7f945cfae854aebac5645eaabd74bafa0554baaa3c54aaaa04440001", 26),
}


def _bits(value: str) -> Bits:
    """Return the hash that Meta writes: its last bit first."""
    return np.frombuffer(bytes.fromhex(value), np.uint8)[::-1]


def _apart(one: Bits, other: Bits) -> int:
    return int(np.unpackbits(one ^ other).sum())


@pytest.mark.parametrize("made", THEIRS)
def test_hashes_are_those_of_metas_own_code(made: tuple[int, int, int]) -> None:
    value, quality = THEIRS[made]
    found = pdq(luma_of(_waves(*made)))
    assert _apart(found.turned[0], _bits(value)) <= 2
    assert abs(found.quality - quality) <= 1
    assert hexadecimal(_bits(value)) == value


def test_a_flat_picture_has_nothing_to_be_known_by() -> None:
    assert pdq(np.full((200, 300), 128, np.float32)).quality == 0
    assert pdq(luma_of(scenes.scene(0))).quality >= LEAST_QUALITY


def test_the_eight_turns_are_the_hashes_of_the_turned_pictures() -> None:
    luma = luma_of(scenes.scene(3, 500, 500))
    turned = [luma, luma[:, ::-1], luma[::-1], luma[::-1, ::-1]]
    turned += [each.T for each in turned]
    known = pdq(luma).turned
    for place, each in enumerate(turned):
        nearest = min(_apart(known[other], pdq(each).turned[0]) for other in range(8))
        assert nearest == _apart(known[place], pdq(each).turned[0]) <= SAME


ALTERED = {
    "recompressed": scenes.recompressed,
    "resized": scenes.resized,
    "mirrored": scenes.mirrored,
    "brighter": scenes.brightened,
    "cropped by 5 %": scenes.cropped,
    "cropped at one edge": lambda pixels: scenes.cropped(pixels, 0.05, 0, 0, 0),
    "cropped unevenly": lambda pixels: scenes.cropped(pixels, 0.061, 0.012, 0.037, 0.088),
    "cropped, then mirrored": lambda pixels: scenes.mirrored(scenes.cropped(pixels)),
    "cropped, small, JPEG": lambda pixels: scenes.recompressed(
        scenes.resized(scenes.cropped(pixels))
    ),
}
MANY = 8


@pytest.fixture(scope="module")
def gallery() -> list[Likeness]:
    return [likeness_of(luma_of(scenes.scene(seed))) for seed in range(MANY)]


def _kept(gallery: list[Likeness]) -> NDArray[np.uint64]:
    both = [bits for each in gallery for bits in (each.pdq.turned[0], each.inner)]
    return words_of(np.stack(both))


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_picture_is_found_and_no_other(what: str, gallery: list[Likeness]) -> None:
    for seed in range(MANY):
        asked = likeness_of(luma_of(ALTERED[what](scenes.scene(seed)))).asked
        found = near(asked, _kept(gallery), ALIKE)
        assert {int(place) // 2 for place in found.places} == {seed}
        assert found.distances.min() <= SAME


def test_what_a_crop_was_cut_from_is_found_when_it_comes_later(gallery: list[Likeness]) -> None:
    crops = [
        likeness_of(luma_of(scenes.cropped(scenes.scene(seed), 0.05, 0.02, 0.07, 0.03)))
        for seed in range(MANY)
    ]
    for seed, whole in enumerate(gallery):
        found = near(whole.asked, _kept(crops), SAME)
        assert {int(place) // 2 for place in found.places} == {seed}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(0, 120), st.integers(0, 140))
def test_swarms_miss_nothing(seed: int, asked: int, kept: int, most: int) -> None:
    chance = np.random.default_rng(seed)
    wanted = _swarm(chance, asked)
    there = np.concatenate([_swarm(chance, kept), wanted[: asked // 3]])
    apart = np.bitwise_count(words_of(wanted)[:, None] ^ words_of(there)[None]).sum(-1, dtype=int)
    nearest = apart.min(0) if asked else np.full(len(there), 999)
    found = near(wanted, words_of(there), most)
    assert found.places.tolist() == np.flatnonzero(nearest <= most).tolist()
    assert found.distances.tolist() == nearest[nearest <= most].tolist()
    assert all(
        apart[which, place] == distance
        for which, place, distance in zip(found.asked, found.places, found.distances, strict=True)
    )


def _swarm(chance: np.random.Generator, count: int) -> Bits:
    """Return hashes of which some lie near each other."""
    centres = chance.integers(0, 256, (3, 32), dtype=np.uint8)
    flips = chance.random((count, 256)) < chance.uniform(0, 0.3)
    return np.asarray(centres[chance.integers(0, 3, count)] ^ np.packbits(flips, axis=1))
