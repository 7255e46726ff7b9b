"""The nouns of the graph: a step, what goes in, what comes out, what was made.

A step is a pure function from blobs and parameters to blobs. It is named by a dotted path, so
that nothing of it is imported until it must run.
"""

from __future__ import annotations

import importlib
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Outputs = dict[str, bytes | Path]
"""What a step returns: each output's bytes, or a file in its scratch folder."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One stored input: read it whole, or open its file."""

    digest: str
    path: Path

    def read(self) -> bytes:
        """Return all its bytes."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a step function gets."""

    params: Mapping[str, Any]
    blobs: Mapping[str, Blob]
    scratch: Path  # a folder of its own, removed afterwards
    tick: Callable[[int], None]  # tells how many units of work (frames) are done

    def group(self, prefix: str) -> dict[str, Blob]:
        """Return the blobs named `prefix/<name>`, by name, in the order they were given."""
        start = f"{prefix}/"
        return {
            name.removeprefix(start): blob
            for name, blob in self.blobs.items()
            if name.startswith(start)
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of work.

    `function` is `package.module:name`. `version` counts up whenever the same inputs would give
    other outputs. `data` names files whose content matters: `package/file.toml` inside a Python
    package, or `share/…` under the environment's data folder.
    """

    name: str
    version: int
    function: str
    libraries: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    quantum: float = 1e-6

    def load(self) -> Callable[[Inputs], Outputs]:
        """Return the function itself, imported now."""
        module, _, name = self.function.partition(":")
        function: Callable[[Inputs], Outputs] = getattr(importlib.import_module(module), name)
        return function

    def data_files(self) -> tuple[str, ...]:
        """Return where the data files are on this machine."""
        return tuple(str(_data_path(name)) for name in self.data)


def _data_path(name: str) -> Path:
    if name.startswith("share/"):
        return Path(sysconfig.get_path("data")) / name
    package, _, rest = name.partition("/")
    spec = find_spec(package)
    assert spec is not None, f"data file {name}: no package {package}"
    assert spec.submodule_search_locations, f"data file {name}: {package} is no package"
    return Path(spec.submodule_search_locations[0]) / rest


@dataclass(frozen=True, slots=True)
class Output:
    """One stored output."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Record:
    """What a finished step left in the store, under its key."""

    step: str
    outputs: Mapping[str, Output]
    seconds: float


@dataclass(frozen=True, slots=True)
class Made:
    """A step's outputs in this build, and whether they were made or found."""

    step: str
    label: str
    key: str
    outputs: Mapping[str, Output]
    seconds: float  # what making it took, now or when it was made
    was_made: bool
    why: str

    def __getitem__(self, name: str) -> str:
        """Return the digest of one output."""
        return self.outputs[name].digest

    def group(self, prefix: str) -> dict[str, str]:
        """Return the digests of the outputs named `prefix/<name>`, by name."""
        start = f"{prefix}/"
        return {
            name.removeprefix(start): output.digest
            for name, output in self.outputs.items()
            if name.startswith(start)
        }


@dataclass(frozen=True, slots=True)
class Task:
    """One step to run, as an engine gets it; it can be pickled."""

    step: Step
    label: str
    key: str
    params: Mapping[str, Any]
    inputs: Mapping[str, Output] = field(default_factory=dict)
