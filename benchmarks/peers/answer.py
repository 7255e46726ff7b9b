"""One reader of Fountain in a process of its own: a question a line in, an answer a line out.

    python answer.py fountain-py

A question is `{"do": "read", "source": text}` or `{"do": "time", "path": file}`. Reading answers
with what the reader's own model says, in the neutral form of tests/screenplay/probes.toml. Timing
covers the reader's own call and a walk over all elements and their texts, so that nothing is left
to be made later.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from reader import Reader

_WILDWINTER = ("screenplay-tools", "fountain-tools")


def main() -> None:
    """Answer until there are no more questions."""
    reader = reader_of(sys.argv[1])
    for line in sys.stdin:
        question = json.loads(line)
        answer = read(reader, question) if question["do"] == "read" else timed(reader, question)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def reader_of(name: str) -> Reader:
    """Return the reader of a name; only its own library is imported."""
    if name in _WILDWINTER:
        reader: Reader = importlib.import_module("read_wildwinter").reader(name)
    else:
        reader = importlib.import_module(f"read_{name.replace('-', '_')}").reader()
    return reader


def read(reader: Reader, question: dict[str, Any]) -> dict[str, Any]:
    """Return what a reader makes of a source."""
    document = reader.parse(reader.decode(question["source"].encode()))
    entries, notes = reader.entries(document)
    return {"entries": entries, "notes": notes}


def timed(reader: Reader, question: dict[str, Any]) -> dict[str, Any]:
    """Return how long a reader takes for a file that is in memory already."""
    source = reader.decode(Path(question["path"]).read_bytes())
    gc.collect()
    started = time.perf_counter()
    document = reader.parse(source)
    lengths = [len(text) for text in reader.texts(document)]
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "texts": len(lengths), "characters": sum(lengths)}


if __name__ == "__main__":
    main()
