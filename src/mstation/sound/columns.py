"""Columns of numbers in, bytes out, and back: what steps of the mix hand on to one another.

A line of JSON with the facts and the columns' names, then the numbers, little-endian, as they are:
a film has tens of thousands of them, and they are read again at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Facts, and columns of numbers by name."""

    facts: Mapping[str, Any]
    columns: Mapping[str, Column]


def write(facts: Mapping[str, Any], columns: Mapping[str, Column]) -> bytes:
    """Return facts and columns as bytes: the same bytes for the same numbers."""
    named = [[name, column.dtype.newbyteorder("<").str, len(column)]
             for name, column in columns.items()]  # fmt: skip
    head = json.dumps({"facts": facts, "columns": named}, sort_keys=True)
    parts = [np.ascontiguousarray(column, column.dtype.newbyteorder("<")).tobytes()
             for column in columns.values()]  # fmt: skip
    return b"\n".join([head.encode(), b"".join(parts)])


def read(data: bytes) -> Columns:
    """Return what `write` wrote; the columns are only to be read."""
    head, _, body = data.partition(b"\n")
    told, at = json.loads(head), 0
    columns: dict[str, Column] = {}
    for name, kind, count in told["columns"]:
        columns[name] = np.frombuffer(body, kind, count, at)
        at += columns[name].nbytes
    return Columns(told["facts"], columns)
