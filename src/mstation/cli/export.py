"""`mstation export`: a finished film for another program."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from mstation import document
from mstation.cli.files import read_source
from mstation.cut.translation import write_table
from mstation.errors import InvalidInput, NotFound, Unsupported
from mstation.filled_table import read_table
from mstation.film_shots import SHOTS, read_shot_list
from mstation.making.cut import SCHEMA, FilmShots
from mstation.previs.blender.cues import SceneCues, film_cues, write_cues
from mstation.previs.blender.finding import find_blender
from mstation.publish import write_whole


def export_and_tell(folder: Path, target: Path, *, scene: str, quiet: bool) -> None:
    """Write a film, or one scene of it, as a `.blend` file; its lines as a table.

    Raises:
        MStationError: with one line for the person; the target is as it was.
    """
    if target.suffix.lower() == ".csv":
        _export_lines(folder, target, quiet=quiet)
        return
    if target.suffix.lower() != ".blend":
        raise Unsupported(
            "a film is exported as NAME.blend, its lines as NAME.csv; "
            "its USD and glTF are in its folder already",
            path=str(target),
            zh="影片导出为 NAME.blend，台词导出为 NAME.csv；USD 与 glTF 已在影片目录中",
        )
    film = folder / "film.usda"
    if not film.is_file():
        raise NotFound(
            f"{film}: no such file; name a folder that `mstation make` wrote",
            zh=f"{film}：没有这个文件；请指定 `mstation make` 写出的目录",
        )
    blender = find_blender()
    cues = _chosen(film_cues(film), scene)
    with tempfile.TemporaryDirectory() as scratch:
        said, made = Path(scratch) / "cues.json", Path(scratch) / "film.blend"
        width, height = _size(folder)
        write_cues(said, cues, width=width, height=height)
        blender.run("save", str(said), str(made))
        write_whole(target, made.read_bytes())
    if not quiet:
        sys.stdout.write(f"{target}\n")


def _export_lines(folder: Path, target: Path, *, quiet: bool) -> None:
    """Write a film's lines as a table; what is translated in it already stays.

    Raises:
        NotFound: the folder holds no film.
        InvalidInput: the table that is there cannot be read; it is left as it is.
    """
    read_shot_list(folder)
    film = document.read((folder / SHOTS).read_bytes(), FilmShots, SCHEMA)
    filled = read_table(read_source(target), str(target)) if target.exists() else None
    write_whole(target, write_table(film.voices, film.language, filled))
    if not quiet:
        sys.stdout.write(f"{target}\n")


def _chosen(cues: list[SceneCues], scene: str) -> list[SceneCues]:
    if not scene:
        return cues
    if chosen := [each for each in cues if each.label == scene]:
        return chosen
    labels = ", ".join(each.label for each in cues[:5])
    raise InvalidInput(
        f"--scene: the film has no scene {scene}; its scenes are {labels} …",
        zh=f"--scene：影片中没有第 {scene} 场；场次如 {labels} 等",
    )


def _size(folder: Path) -> tuple[int, int]:
    """Return the picture that the film was made in."""
    try:
        settings = json.loads((folder / "report.json").read_bytes())["settings"]
        return int(settings["width"]), int(settings["height"])
    except (OSError, ValueError, KeyError) as error:
        raise InvalidInput(
            "does not say how large the picture is; make the film again",
            path=str(folder / "report.json"),
            zh="没有写明画面尺寸；请重新生成影片",
        ) from error
