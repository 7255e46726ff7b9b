"""The subtitles that `--subtitles` and `--translation` ask for."""

from __future__ import annotations

from pathlib import Path

from mstation.cli.files import read_source
from mstation.errors import InvalidInput
from mstation.filled_table import read_table
from mstation.film import BURNS, TitleWish


def read_titles(wish: str, translation: Path | None) -> TitleWish:
    """Return what is wanted, checked before anything is made.

    Raises:
        InvalidInput: an argument that cannot be meant, or a file that holds no translation.
        NotFound: there is no such file.
    """
    if wish not in BURNS:
        raise InvalidInput(
            f"--subtitles is {', '.join(BURNS)}, not `{wish}`",
            zh=f"--subtitles 可用 {'、'.join(BURNS)}，没有 `{wish}`",
        )
    burn = BURNS[wish]
    if translation is None:
        if burn in ("translation", "bilingual"):
            raise InvalidInput(
                f"--subtitles {wish} needs --translation FILE; "
                "`mstation export DIR lines.csv` writes the table to be filled",
                zh=f"--subtitles {wish} 需要 --translation 文件；"
                "`mstation export DIR lines.csv` 可写出待填的表",
            )
        return TitleWish.of(wish)
    data = read_source(translation)
    read_table(data, str(translation))
    return TitleWish.of(wish, data, translation.name)
