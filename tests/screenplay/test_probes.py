"""Every feature of Fountain's syntax, one probe each; `probes.toml` says what is expected."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mstation.screenplay import read
from mstation.screenplay.script import Element, ElementKind, Script

PROBES = tomllib.loads(Path(__file__).with_name("probes.toml").read_text(encoding="utf-8"))["probe"]
# what stands between two elements of the kind when they are written as one
JOINTS = {ElementKind.ACTION: "\n\n", ElementKind.DIALOGUE: "\n", ElementKind.LYRIC: "\n"}
ASIDES = (ElementKind.NOTE, ElementKind.BONEYARD)

Entry = tuple[str, str, dict[str, Any]]


def entries(script: Script) -> list[Entry]:
    """The script in the neutral form of the probes."""
    found: list[Entry] = [
        ("title_field", "\n".join(field.lines), {"key": field.key}) for field in script.title_page
    ]
    for element in script.elements:
        if element.kind in ASIDES:
            continue
        kind, text, attributes = entry(element)
        if found and found[-1][0] == kind and element.kind in JOINTS:
            _, before, shared = found[-1]
            runs = [*shared.get("runs", ()), *attributes.get("runs", ())]
            attributes = {"runs": runs} if runs else {}
            found[-1] = (kind, before + JOINTS[element.kind] + text, attributes)
        else:
            found.append((kind, text, attributes))
    return found


def entry(element: Element) -> Entry:
    attributes = {
        "scene_number": element.scene_number,
        "extension": " ".join(element.extensions),
        "dual": element.is_dual,
        "depth": element.depth,
        "runs": [
            [element.text[r.start : r.end], " ".join(sorted(r.emphasis))] for r in element.runs
        ],
    }
    return element.kind.value, element.text, {k: v for k, v in attributes.items() if v}


def notes(script: Script) -> list[str]:
    found = [
        text
        for element in script.elements
        for text in ((element.text,) if element.kind is ElementKind.NOTE else element.notes)
    ]
    return [re.sub(r"\n +\n", "\n\n", text) for text in found]


def test_there_are_45_probes_of_45_features() -> None:
    assert len({probe["feature"] for probe in PROBES}) == len(PROBES) == 45


@pytest.mark.parametrize("probe", PROBES, ids=[probe["feature"] for probe in PROBES])
def test_a_feature_of_fountain_is_read_as_the_syntax_says(probe: dict[str, Any]) -> None:
    script = read(probe["source"].encode(), path="probe.fountain")
    expected = [
        (kind, text, *more) if more else (kind, text, {}) for kind, text, *more in probe["expect"]
    ]
    assert entries(script) == expected
    assert notes(script) == probe.get("notes", [])
