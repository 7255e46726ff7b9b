"""What is said of a document of a cut that cannot be used, and how large one may be."""

from __future__ import annotations

from mstation.errors import InvalidInput, Unsupported

MOST_BYTES = 32 * 1024 * 1024
MOST_CLIPS = 50_000  # uses met while reading, nested ones each time they are played
MOST_LAYERS = 200  # that lie over each other
MOST_DEPTH = 32  # compound clips within compound clips
LATEST_FRAME = 2 * 86_400 * 120  # of a source or a film: two days at the highest rate


def broken(name: str, what: str, zh: str, *, line: int | None = None) -> InvalidInput:
    """Return the error of a document that contradicts itself or its format."""
    return InvalidInput(
        f"{what}; export the cut again",
        path=name,
        line=line,
        zh=f"{zh}；请重新导出剪辑表",
    )


def unsupported(name: str, what: str, zh: str, *, line: int | None = None) -> Unsupported:
    """Return the error of what is well formed, but would be read wrongly here."""
    return Unsupported(what, path=name, line=line, zh=zh)


def too_many(name: str) -> InvalidInput:
    """Return the error of a cut of more clips than any film."""
    return InvalidInput(
        f"the cut plays more than {MOST_CLIPS} clips; give one reel at a time",
        path=name,
        zh=f"剪辑表中的片段超过 {MOST_CLIPS} 个；请按本分开提供",
    )
