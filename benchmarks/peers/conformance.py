"""What a reader made of a probe, against what Fountain's syntax says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from peers.seat import NoAnswer, Seat

PROBES = Path(__file__).resolve().parents[2] / "tests" / "screenplay" / "probes.toml"
LIMIT_S = 10.0
_JOINTS = {"action": "\n\n", "dialogue": "\n", "lyric": "\n", "centered": "\n"}
_SPACES = re.compile(r"(?<=\S) {2,}")
_SILENT = {"depth": 0, "dual": False, "runs": []}


def load_probes() -> list[dict[str, Any]]:
    """Return the probes, in order."""
    probes: list[dict[str, Any]] = tomllib.loads(PROBES.read_text(encoding="utf-8"))["probe"]
    return probes


def failures(seat: Seat, probes: list[dict[str, Any]]) -> dict[str, str]:
    """Return the features that a reader reads otherwise, each with what it made of them."""
    found: dict[str, str] = {}
    for probe in probes:
        try:
            answer = seat.ask({"do": "read", "source": probe["source"]}, limit_s=LIMIT_S)
        except NoAnswer as silence:
            found[probe["feature"]] = str(silence)
            continue
        entries = neutral(answer["entries"])
        expected = neutral([[*entry, {}][:3] for entry in probe["expect"]])
        if not agree(entries, expected):
            found[probe["feature"]] = "; ".join(f"{kind} {text!r}" for kind, text, _ in entries)
        elif answer["notes"] is not None and tidy_all(answer["notes"]) != probe.get("notes", []):
            found[probe["feature"]] = f"notes {answer['notes']!r}"
    return found


def neutral(entries: list[Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return entries with pieces of one block joined and texts without what does not count."""
    joined: list[tuple[str, str, dict[str, Any]]] = []
    for kind, text, attributes in entries:
        if joined and joined[-1][0] == kind and kind in _JOINTS:
            _, before, shared = joined[-1]
            both = {**shared}
            if "runs" in shared or "runs" in attributes:
                both["runs"] = [*shared.get("runs", ()), *attributes.get("runs", ())]
            joined[-1] = (kind, before + _JOINTS[kind] + text, both)
        else:
            joined.append((kind, text, attributes))
    tidied = [(kind, tidy(kind, text), attributes) for kind, text, attributes in joined]
    return [entry for entry in tidied if entry[1] or entry[0] != "action"]


def tidy(kind: str, text: str) -> str:
    """Return a text without blank lines around it, and without indents where none count."""
    lines = [_SPACES.sub(" ", line.rstrip()) for line in text.split("\n")]
    if kind != "action":
        lines = [line.strip() for line in lines]
    text = "\n".join(lines).strip("\n")
    if kind == "parenthetical":
        return text.removeprefix("(").removesuffix(")").strip()
    return text.upper() if kind == "scene_heading" else text  # a heading is in capitals in print


def tidy_all(notes: list[str]) -> list[str]:
    """Return notes without their marks and spaces around them."""
    return [tidy("note", note.removeprefix("[[").removesuffix("]]")) for note in notes]


def agree(
    entries: list[tuple[str, str, dict[str, Any]]], expected: list[tuple[str, str, dict[str, Any]]]
) -> bool:
    """Whether a reading says what is expected, as far as its model says anything."""
    if len(entries) != len(expected):
        return False
    for (kind, text, attributes), (kind_due, text_due, due) in zip(entries, expected, strict=True):
        if kind == "character" and "extension" not in attributes and "extension" in due:
            text_due = f"{text_due} ({due['extension']})"
        if (kind, text) != (kind_due, text_due):
            return False
        if not all(_same(key, value, due) for key, value in attributes.items()):
            return False
    return True


def _same(key: str, value: Any, due: dict[str, Any]) -> bool:
    wanted = due.get(key, _SILENT.get(key, ""))
    if key == "key":
        return str(value).replace("_", " ").lower() == str(wanted).lower()
    return bool(value == wanted)
