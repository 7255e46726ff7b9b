"""All pictures and sounds of the exchange, in memory, to be searched at once.

The database is the truth: a gallery reads what it lacks, by the events since it last looked. What
is asked for is compared with every picture; of sounds with those that share words with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, RowMapping, select

from mstation.media.chromaprint import BITS as WORD_BITS
from mstation.media.chromaprint import Words, overlap, words_in
from mstation.media.pdq import bits_in
from mstation.media.prints import ALIKE, BITS, LEAST_QUALITY, Algorithm, Prints
from mstation.station.events import events, last_number
from mstation.station.exchange.fingerprints import WHOLE_BP, Match, fingerprints

LEAST_SHARE_BP = 1_000  # of the frames of a movie that stand in another too: less is chance
LEAST_FRAMES = 2  # of two movies, unless one has no more
_PICTURES = (Algorithm.PDQ, Algorithm.PDQ_TILE, Algorithm.FRAME)
_WORD_MOST = 32  # sounds that one word may point to: what all have, silence, points to none
_SOUNDS_TRIED = 20
_AT_ONCE = 500  # ids


@dataclass(slots=True)
class Gallery:
    """What is kept, as arrays; each place belongs to a version."""

    number: int = 0  # the last event that it knows of
    versions: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)  # ids of fingerprints
    _words: NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 4), np.uint64))
    _owners: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    _kinds: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    _sounds: list[tuple[int, Words]] = field(default_factory=list)
    _index: tuple[Words, NDArray[np.int64]] | None = None
    _lock: Lock = field(default_factory=Lock)

    def find(self, connection: Connection, prints: Prints) -> list[Match]:
        """Return what is like it, the nearest first; each version once for each way it is known."""
        with self._lock:
            self._refresh(connection)
            return sorted(
                [*self._pictures(prints), *self._heard(prints)],
                key=lambda match: (match.distance, match.asset_version_id, match.algorithm),
            )

    def _refresh(self, connection: Connection) -> None:
        last = last_number(connection)
        if last < self.number:  # a backup came back
            self._forget()
        if last == self.number:
            return
        if not self.number:
            self._take(connection.execute(select(fingerprints)).mappings())
        else:
            since = (events.c.number > self.number) & (events.c.noun == fingerprints.name)
            ids = list(connection.execute(select(events.c.noun_id).where(since)).scalars())
            for at in range(0, len(ids), _AT_ONCE):
                some = fingerprints.c.id.in_(ids[at : at + _AT_ONCE])
                self._take(connection.execute(select(fingerprints).where(some)).mappings())
        self.number = last

    def _forget(self) -> None:
        empty = Gallery()
        self.number, self.versions, self._known = 0, [], set()
        self._words, self._owners, self._kinds = empty._words, empty._owners, empty._kinds
        self._sounds, self._index = [], None

    def _take(self, rows: Iterable[RowMapping]) -> None:
        values: list[str] = []
        owners: list[NDArray[np.int64]] = []
        kinds: list[NDArray[np.int8]] = []
        for row in rows:
            if row["id"] in self._known or row["quality"] < LEAST_QUALITY:
                continue
            self._known.add(row["id"])
            if row["algorithm"] == Algorithm.CHROMAPRINT:
                self._sounds.append((self._place_of(row), words_in(row["value"])))
                self._index = None
            elif row["algorithm"] in _PICTURES:
                count = len(row["value"]) * 4 // BITS
                values.append(row["value"])
                owners.append(np.full(count, self._place_of(row), np.int64))
                kinds.append(np.full(count, _PICTURES.index(row["algorithm"]), np.int8))
        if values:
            bits = bits_in("".join(values))
            self._words = np.concatenate([self._words, bits.view(np.uint64).reshape(-1, 4)])
            self._owners = np.concatenate([self._owners, *owners])
            self._kinds = np.concatenate([self._kinds, *kinds])

    def _place_of(self, row: RowMapping) -> int:
        if not self.versions or self.versions[-1] != row["asset_version_id"]:
            self.versions.append(row["asset_version_id"])
        return len(self.versions) - 1

    def _pictures(self, prints: Prints) -> list[Match]:
        asked = bits_in(prints.asked)
        if not len(asked):
            return []
        from mstation.media.hamming import near  # the compiler comes in with the first question

        found = near(asked, self._words, ALIKE)
        owners, kinds = self._owners[found.places], self._kinds[found.places]
        movie = _print(prints, Algorithm.FRAME)
        frames = 0 if movie is None else len(bits_in(movie))
        matches: dict[tuple[str, Algorithm], Match] = {}
        for owner, kind in sorted(set(zip(owners.tolist(), kinds.tolist(), strict=True))):
            mine = (owners == owner) & (kinds == kind)
            match = Match(self.versions[owner], _PICTURES[kind], int(found.distances[mine].min()))
            if frames and match.algorithm is Algorithm.FRAME:
                total = int(((self._owners == owner) & (self._kinds == kind)).sum())
                share = _share(frames, total, found.asked[mine])
                if share is None:
                    continue
                match = Match(match.asset_version_id, match.algorithm, match.distance, share)
            key = (match.asset_version_id, match.algorithm)
            if key not in matches or match.distance < matches[key].distance:
                matches[key] = match
        return list(matches.values())

    def _heard(self, prints: Prints) -> list[Match]:
        value = _print(prints, Algorithm.CHROMAPRINT)
        if value is None or not self._sounds:
            return []
        words, made = words_in(value), []
        for place in self._sharing(words):
            owner, kept = self._sounds[place]
            lies = overlap(words, kept)
            if lies is not None and lies.rate * BITS <= ALIKE:
                share = lies.words * WHOLE_BP // min(len(words), len(kept))
                distance = round(lies.rate * BITS)
                made.append(Match(self.versions[owner], Algorithm.CHROMAPRINT, distance, share))
        return made

    def _sharing(self, words: Words) -> list[int]:
        """Return the sounds that share most words, or nearly, with these."""
        if self._index is None:
            every = np.concatenate([kept for _, kept in self._sounds])
            whose = np.repeat(np.arange(len(self._sounds)), [len(kept) for _, kept in self._sounds])
            order = np.argsort(every, kind="stable")
            self._index = every[order], whose[order]
        every, whose = self._index
        unique = np.unique(words)
        low, high = (np.searchsorted(every, unique, side) for side in ("left", "right"))
        votes = np.zeros(len(self._sounds), np.int64)
        for first, end in zip(low.tolist(), high.tolist(), strict=True):
            mine = np.unique(whose[first:end])
            if 0 < len(mine) <= _WORD_MOST:
                votes[mine] += 1
        best = np.argsort(-votes, kind="stable")[:_SOUNDS_TRIED]
        return [int(place) for place in best if votes[place]]


def _share(frames: int, total: int, nearest: NDArray[np.int64]) -> int | None:
    """Return how much of the shorter of two movies stands in the other; None: too little.

    nearest: for each kept frame that was found which of the asked it is like; these are all
    frames as they are, then all mirrored.
    """
    both = min(len(nearest), len(set((nearest % frames).tolist())))
    share = min(WHOLE_BP, both * WHOLE_BP // min(frames, total))
    if share < LEAST_SHARE_BP or both < min(LEAST_FRAMES, frames, total):
        return None
    return share


def _print(prints: Prints, algorithm: Algorithm) -> str | None:
    values: Sequence[str] = [each.value for each in prints.prints if each.algorithm is algorithm]
    return values[0] if values else None


assert WORD_BITS * 8 == BITS
