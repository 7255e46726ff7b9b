"""Blocks to pages: what belongs together stays together, and no line stands alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from mstation.screenplay.layout.block import Block, Row
from mstation.screenplay.layout.splitting import FEWEST, split
from mstation.screenplay.script import Language

_MOST_HEADS, _MOST_TAILS = 6, 3  # that are kept together
_MOST_PAGES = 5  # that a block may fill and still be cut at its sentences

PlacedRow = tuple[int, Row]  # the row's number on its page, and what stands there


def fill_pages(blocks: Sequence[Block], rows: int, language: Language) -> list[list[PlacedRow]]:
    """Return the rows of each page, none of which has a number of `rows` or above."""
    sheets = _Sheets(rows, language)
    for chain in _chains(blocks):
        sheets.place(chain)
    return [sheet for sheet in sheets.sheets if sheet]


def _chains(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield what a page break must not part: headings, what follows them, its transitions."""
    at = 0
    while at < len(blocks):
        end = at
        while end - at < _MOST_HEADS and _goes_on(blocks, end, at) and blocks[end].is_head:
            end += 1
        if _goes_on(blocks, end, at):
            end += 1
        last = end + _MOST_TAILS
        while end < last and _goes_on(blocks, end, at) and blocks[end].is_tail:
            end += 1
        yield list(blocks[at:end])
        at = end


def _goes_on(blocks: Sequence[Block], end: int, at: int) -> bool:
    """Whether the chain that begins [at] may hold the block [end]: no page begins with it."""
    return end < len(blocks) and (end == at or not blocks[end].starts_page)


class _Sheets:
    """The page being filled and those before it."""

    def __init__(self, rows: int, language: Language) -> None:
        self.rows = rows
        self.language = language
        self.sheets: list[list[PlacedRow]] = [[]]
        self.used = 0

    def place(self, chain: list[Block]) -> None:
        """Put a chain on this page, or as much of it as may stand here, and go on overleaf."""
        if chain[0].starts_page:
            self._turn()
        while chain:
            if self.used + self._height(chain) <= self.rows:
                for block in chain:
                    self._put(block.rows, block.before)
                return
            chain = self._place_start(chain)

    def _place_start(self, chain: list[Block]) -> list[Block]:
        """Fill this page with the start of a chain and return what is left of it."""
        heads = list(takewhile(lambda block: block.is_head, chain[:-1]))
        body, tails = chain[len(heads)], chain[len(heads) + 1 :]
        if len(body.rows) > _MOST_PAGES * self.rows:
            self._pour([*heads, body])
            return tails
        room = self.rows - self.used - self._height([*heads, body]) + len(body.rows)
        parted = None
        if room >= FEWEST:
            parted = split(body, room, self.language, must=self.used == 0)
        if parted is not None:
            rows, rest = parted
            for head in heads:
                self._put(head.rows, head.before)
            self._put(rows, body.before)
            self._turn()
            return [rest, *tails]
        if self.used:
            self._turn()
            return chain
        self._pour(chain[:1])
        return chain[1:]

    def _pour(self, chain: Sequence[Block]) -> None:
        """Print line by line what no rule can part: a name of a page, a paragraph of a book."""
        for block in chain:
            before = block.before
            for row in block.rows:
                if self.used + before >= self.rows:
                    self._turn()
                self._put((row,), before)
                before = 0

    def _height(self, chain: Sequence[Block]) -> int:
        height = sum(block.before + len(block.rows) for block in chain)
        return height if self.used else height - chain[0].before

    def _put(self, rows: Sequence[Row], before: int) -> None:
        if self.used:
            self.used += before
        sheet = self.sheets[-1]
        for row in rows:
            sheet.append((self.used, row))
            self.used += 1

    def _turn(self) -> None:
        if self.used:
            self.sheets.append([])
            self.used = 0
