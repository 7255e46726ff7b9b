"""Voices that a person brought as files, found beside the screenplay: rows in, digests out.

A file is an input by its content, never by its path: moved and renamed it is the same voice.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mstation.film import Brought, Json
from mstation.given_files import read_given
from mstation.graph.build import Build
from mstation.steps import VOICE_FILES

_MOST_BYTES = 500_000_000
_TOLD_FROM = "film.toml"
_MISSING = {
    "en": "no such file beside the screenplay; check the name",
    "zh": "剧本旁没有这个文件；请检查文件名",
}
_TOO_LARGE = {
    "en": "is larger than 500 MB, which no such voice is; is it the right file?",
    "zh": "超过 500 MB，这类嗓音不会这么大；请看看是否选错了文件",
}


async def bring_voices(build: Build, rows: Json, cast: list[Json], folder: Path | None) -> Brought:
    """Return the voices of the rows, tried once; who has none that speaks keeps the default.

    rows: by character, as `film.toml` says them. folder: the screenplay's, None where a film is
    made without one.
    """
    brought = Brought()
    names = {who["id"]: who["name"] for who in cast}
    for who, row in rows.items():
        own = {"engine": row["engine"], "speaker": row["speaker"]}
        beside = row["styles"] or f"{row['model']}.json"
        files = {"model": row["model"], "beside": beside}
        told: Json = {}
        digests: dict[str, str] = {}
        for kind, name in files.items():
            found = _put(build, folder, name)
            if isinstance(found, str):
                digests[kind] = found
            else:
                told = told or {tongue: f"{name}: {text}" for tongue, text in found.items()}
        if not told:
            made = await build.make(VOICE_FILES, row["model"], params={"own": own}, inputs=digests)
            told = build.json(made["told"])
        if told:
            doubt = _doubt(row["line"], names[who], row["model"], told)
            brought = replace(brought, doubts=(*brought.doubts, doubt))
            continue
        brought = replace(
            brought,
            params={**brought.params, who: own},
            inputs={**brought.inputs, who: digests},
            used=(*brought.used, _used(names[who], row, digests["model"])),
        )
    return brought


def _put(build: Build, folder: Path | None, name: str) -> str | Json:
    """Return a file's digest in the store, or why it is not there, in both languages."""
    if folder is None:
        return {"en": "a film made here has no files beside it", "zh": "此处制作影片时没有随附文件"}
    data = read_given(folder / name, _MOST_BYTES, missing=_MISSING, too_large=_TOO_LARGE)
    return build.put(data) if isinstance(data, bytes) else data


def _doubt(line: int, character: str, model: str, told: Json) -> Json:
    where, where_zh = (f"line {line}: ", f"第 {line} 行：") if line else ("", "")
    return {
        "file": _TOLD_FROM,
        "en": f"{where}the voice {model} of {character} is not used: {told['en']}; "
        "the default voice speaks",
        "zh": f"{where_zh}{character}的嗓音 {model} 未采用：{told['zh']}；改由默认嗓音说话",
    }


def _used(character: str, row: Json, digest: str) -> Json:
    """Return what the report says of a voice from files; its licence is as the person told it."""
    speaker = f", {row['speaker']}" if row["speaker"] else ""
    return {
        "kind": "voice",
        "character": character,
        "name": f"{row['model']}{speaker}",
        "engine": row["engine"],
        "digest": digest,
        "licence": row["licence"] or "not told",
        "commerce": "as its licence says",
    }
