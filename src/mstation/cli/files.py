"""What the commands read from disk: screenplays and what people wrote beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from mstation.errors import InvalidInput, NotFound, refusal_zh

MAX_SCRIPT_BYTES = 64_000_000
FILM_NOTES = "film.toml"
DIRECTIONS = "direction.toml"
SCORE_WISHES = "score.toml"
PRODUCTION = "production.toml"
BOARD = "board.json"


def check_language(name: str) -> Literal["auto", "en", "zh"]:
    """Return the language of a screenplay as `--lang` names it.

    Raises:
        InvalidInput: when it is none of those.
    """
    if name not in ("auto", "en", "zh"):
        raise InvalidInput(
            f"--lang is auto, en or zh, not `{name}`",
            zh=f"--lang 只能是 auto、en 或 zh，没有 `{name}`",
        )
    return cast(Literal["auto", "en", "zh"], name)


def read_film_notes(named: Path | None, script: Path) -> bytes:
    """Return the `film.toml` that was named, or that lies beside the script, or nothing."""
    return _read_beside(named, script, FILM_NOTES)


def read_directions(named: Path | None, script: Path) -> bytes:
    """Return the `direction.toml` that was named, or that lies beside the script, or nothing."""
    return _read_beside(named, script, DIRECTIONS)


def read_score_wishes(folder: Path) -> bytes:
    """Return the `score.toml` that lies in a film's folder, or nothing."""
    path = folder / SCORE_WISHES
    return read_source(path) if path.is_file() else b""


def read_production(named: Path | None, script: Path) -> bytes:
    """Return the `production.toml` that was named, or that lies beside the script, or nothing."""
    return _read_beside(named, script, PRODUCTION)


def read_board(named: Path | None, folder: Path) -> bytes:
    """Return the board that was named, or that people made in a film's folder, or nothing."""
    if named is not None:
        return read_source(named)
    path = folder / BOARD
    return read_source(path) if path.is_file() else b""


def _read_beside(named: Path | None, script: Path, name: str) -> bytes:
    if named is not None:
        return read_source(named)
    beside = script.parent / name
    return read_source(beside) if beside.is_file() else b""


def read_source(path: Path) -> bytes:
    """Return a screenplay's bytes.

    Raises:
        NotFound: no such file.
        InvalidInput: a folder, unreadable, or far too large to be a screenplay.
    """
    if path.is_dir():
        raise InvalidInput(
            "is a folder; name the screenplay file in it",
            path=str(path),
            zh="这是文件夹；请指定其中的剧本文件",
        )
    try:
        if path.stat().st_size > MAX_SCRIPT_BYTES:
            limit = f"{MAX_SCRIPT_BYTES // 1_000_000} MB"
            raise InvalidInput(
                f"larger than {limit}, which no screenplay is; is it the right file?",
                path=str(path),
                zh=f"超过 {limit}，剧本不会这么大；请看看是否选错了文件",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(
            f"{path}: no such file; check the name",
            zh=f"{path}：没有这个文件；请检查文件名",
        ) from None
    except OSError as error:
        raise InvalidInput(
            f"cannot be read: {error.strerror}",
            path=str(path),
            zh=f"无法读取：{refusal_zh(error)}",
        ) from error
