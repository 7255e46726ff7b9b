"""What a step's key is made of: the same work always has the same key.

A key is the SHA-256 of canonical JSON (sorted keys, no spaces, UTF-8) of the step's name and
version, its parameters, the digests of its inputs, the versions of the libraries it names and
the digests of its data files. Floats enter as whole multiples of the step's quantum, so what
differs by less than the quantum is the same work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from mstation.graph.step import Step

Json = dict[str, Any]


def canonical(value: Any, quantum: float) -> Any:
    """Return the value as JSON may hold it: floats as `"<multiples>q"`, tuples as lists.

    Raises:
        ValueError: for a value that JSON cannot hold, or a float that is not finite.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return f"{round(value / quantum)}q"
        case Mapping():
            return {str(key): canonical(value[key], quantum) for key in sorted(value)}
        case list() | tuple():
            return [canonical(item, quantum) for item in value]
        case _:
            raise ValueError(f"a key cannot hold a {type(value).__name__}: {value!r}")


def key_parts(step: Step, params: Mapping[str, Any], inputs: Mapping[str, str]) -> Json:
    """Return what the key is hashed from; two of these compared say why a step is made again."""
    return {
        "step": step.name,
        "version": step.version,
        "params": canonical(params, step.quantum),
        "inputs": dict(sorted(inputs.items())),
        "libraries": {name: _library_version(name) for name in sorted(step.libraries)},
        "data": {name: file_digest(Path(name)) for name in sorted(step.data_files())},
    }


def key_of(parts: Json) -> str:
    """Return the key of these parts, 64 hexadecimal digits."""
    # A data file's place on this machine is not part of the work: only what is in it.
    portable = {**parts, "data": sorted(parts["data"].values())}
    text = json.dumps(portable, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return digest_of(text.encode())


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@cache
def file_digest(path: Path) -> str:
    """Return the SHA-256 of a data file, or `absent`; read once a process."""
    return digest_of_file(path) if path.is_file() else "absent"


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file as it is now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _library_version(name: str) -> str:
    return metadata.version(name)


def why_changed(before: Json, now: Json) -> str:
    """Return, in words, what made a step's key another one than it was."""
    reasons = []
    if before["version"] != now["version"]:
        reasons.append(f"step version {before['version']} is now {now['version']}")
    for part, word in (
        ("params", "parameter"),
        ("inputs", "input"),
        ("libraries", "library"),
        ("data", "data file"),
    ):
        names = sorted(
            name
            for name in before[part].keys() | now[part].keys()
            if before[part].get(name) != now[part].get(name)
        )
        if part == "data":
            names = [Path(name).name for name in names]
        if names:
            reasons.append(f"{word} changed: {', '.join(names[:4])}{' …' * (len(names) > 4)}")
    return "; ".join(reasons) or "made elsewhere before"
