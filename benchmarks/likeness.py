"""How surely altered pictures are found, and how long it takes among 100,000.

    .venv/bin/python -m benchmarks.likeness [--kept 100000] [--pictures 40] [FILM.mp4 …]

Pictures are made by rule (`tests/media/scenes.py`); of films, a frame a second that is new. Prints
two tables: what became of altered pictures among all that is kept, and times.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from tests.media import scenes
from tests.media.scenes import Pixels
from tests.media.tunes import tune

from mstation.media.chromaprint import chromaprint, overlap
from mstation.media.crops import Likeness, likeness_of
from mstation.media.hamming import near, words_of
from mstation.media.pdq import Bits, luma_of, pdq
from mstation.media.pictures import converted, pictures_of
from mstation.media.prints import ALIKE, BITS, LEAST_QUALITY, SAME
from mstation.media.sequences import probe_image
from mstation.media.video_likeness import each_second

ALTERED: dict[str, Callable[[Pixels], Pixels]] = {
    "JPEG, quality 30": scenes.recompressed,
    "half as large": scenes.resized,
    "mirrored": scenes.mirrored,
    "brighter by 40 of 255": scenes.brightened,
    "5 % cropped at each edge": scenes.cropped,
    "5 % cropped, mirrored": lambda pixels: scenes.mirrored(scenes.cropped(pixels)),
    "5 % cropped at one edge": lambda pixels: scenes.cropped(pixels, 0.05, 0, 0, 0),
    "6.1, 1.2, 3.7, 8.8 % cropped": lambda pixels: scenes.cropped(
        pixels, 0.061, 0.012, 0.037, 0.088
    ),
    "cropped, half as large, JPEG": lambda pixels: scenes.recompressed(
        scenes.resized(scenes.cropped(pixels))
    ),
    "15 % cropped at each edge": lambda pixels: scenes.cropped(pixels, 0.15, 0.15, 0.15, 0.15),
}


def main(kept: int, pictures: int, films: Sequence[Path]) -> None:
    """Print the tables."""
    chance = np.random.default_rng(0)
    gallery = [scenes.scene.__wrapped__(seed) for seed in range(pictures)]
    _tell_found("pictures by rule", gallery, kept, chance)
    frames = [frame for film in films for frame in _frames(film)]
    if frames:
        _tell_found(f"frames of {len(films)} films", frames, kept, chance)
    else:
        print("films: none given; skipped")
    _tell_times(kept, chance)
    _tell_sounds()


def _tell_found(
    what: str, pictures: Sequence[Pixels], kept: int, chance: np.random.Generator
) -> None:
    known = [likeness_of(luma_of(pixels)) for pixels in pictures]
    chosen = [place for place, each in enumerate(known) if each.pdq.quality >= LEAST_QUALITY]
    wholes = [known[place].pdq.turned[0] for place in chosen]
    inner = [known[place].inner for place in chosen]
    others = chance.integers(0, 256, (2 * kept, 32), dtype=np.uint8)
    there = words_of(np.concatenate([np.stack([*wholes, *inner]), others]))
    print(f"{what}: {len(chosen)} of {len(pictures)} rich enough, among {kept:,}")
    print(f"  {'':30} same  look  missed  farthest  other pictures  ms")
    for name, alter in ALTERED.items():
        _tell_row(name, [alter(pictures[place]) for place in chosen], there)
    apart = _apart(known, chosen)
    print(f"  unrelated pairs: nearest {apart.min()} bits, mean {apart.mean():.1f}", flush=True)


def _tell_row(name: str, altered: Sequence[Pixels], there: np.ndarray) -> None:
    distances, strange, spent = [], 0, 0.0
    for place, pixels in enumerate(altered):
        asked = likeness_of(luma_of(pixels)).asked
        start = time.perf_counter()
        found = near(asked, there, ALIKE)
        spent += time.perf_counter() - start
        mine = np.isin(found.places, (place, len(altered) + place))
        distances.append(int(found.distances[mine].min()) if mine.any() else BITS)
        strange += int((~mine).sum() > 0)
    told = np.array(distances)
    same, look = (told <= SAME).sum(), ((told > SAME) & (told <= ALIKE)).sum()
    far = told[told < BITS].max(initial=0)
    print(
        f"  {name:30} {same:4}  {look:4}  {(told > ALIKE).sum():6}  {far:8}  {strange:14}  "
        f"{1000 * spent / len(altered):.0f}",
        flush=True,
    )


def _apart(known: Sequence[Likeness], chosen: Sequence[int]) -> np.ndarray:
    """Return the distances of all pairs, of the nearer of all turns."""
    nearest = []
    for place, one in enumerate(chosen):
        turned = words_of(known[one].pdq.turned)
        for other in chosen[:place]:
            whole = words_of(known[other].pdq.turned[:1])
            nearest.append(int(np.bitwise_count(turned ^ whole).sum(1).min()))
    return np.array(nearest or [BITS])


def _tell_times(kept: int, chance: np.random.Generator) -> None:
    luma = luma_of(scenes.scene.__wrapped__(1, 1250, 800))
    there = words_of(chance.integers(0, 256, (2 * kept, 32), dtype=np.uint8))
    asked: Bits = likeness_of(luma).asked
    print("times, ms:")
    print(f"  PDQ of 1 Mpx                   {_ms(lambda: pdq(luma)):.1f}")
    print(f"  all that is asked for 1 Mpx    {_ms(lambda: likeness_of(luma)):.1f}")
    spent = _ms(lambda: near(asked, there, ALIKE))
    print(f"  search, {len(asked)} hashes in {2 * kept:,}   {spent:.0f}")


def _tell_sounds() -> None:
    sounds = [chromaprint(tune(seed, 60).reshape(-1, 4).mean(1)) for seed in range(12)]
    pairs = [(one, other) for one in range(12) for other in range(one)]
    rates = [lies.rate for a, b in pairs if (lies := overlap(sounds[a], sounds[b])) is not None]
    low = np.ascontiguousarray(tune(1, 60).reshape(-1, 4).mean(1))
    print(f"  Chromaprint of 60 s            {_ms(lambda: chromaprint(low)):.1f}")
    print(f"  two sounds of 60 s compared    {_ms(lambda: overlap(sounds[0], sounds[1])):.1f}")
    print(f"  other music: nearest {min(rates) * BITS:.0f} of 256 bits, in {len(pairs)} pairs")


def _ms(ask: Callable[[], object]) -> float:
    """Return the middle of seven times, milliseconds."""
    spent = []
    for _ in range(7):
        start = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - start)
    return 1000 * float(np.median(spent))


def _frames(film: Path) -> list[Pixels]:
    """Return frames of a film, a second apart, each unlike all before: one a camera position."""
    probe = probe_image(str(film))
    kept: list[Pixels] = []
    before: list[Bits] = []
    for frame in each_second(pictures_of(str(film), probe), probe.rate):
        pixels = converted(frame, frame.width, frame.height, "rgb24").to_ndarray()
        bits = pdq(luma_of(pixels)).turned[0]
        if all(np.bitwise_count(bits ^ each).sum() > 2 * ALIKE for each in before):
            kept.append(pixels)
            before.append(bits)
    return kept


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=int, default=100_000, help="pictures that are kept")
    parser.add_argument("--pictures", type=int, default=40, help="made by rule")
    parser.add_argument("films", nargs="*", type=Path)
    told = parser.parse_args()
    main(told.kept, told.pictures, told.films)
