"""What a file of the problem says is read exactly; what is wrong is told, with its place."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.schedule.talent import Actor, Instance, solve
from mstation.schedule.talent.reading import MOST_BYTES, read_instance


def _document(**changed: Any) -> dict[str, Any]:
    return {
        "name": "夜班",
        "scenes": [{"duration": 2}, {"duration": 1}, {"duration": 3}],
        "actors": [
            {"name": "a1", "cost": 10, "scenes": [0, 2]},
            {"name": "a2", "cost": 4, "scenes": [1]},
        ],
        **changed,
    }


def _read(document: object) -> Instance:
    return read_instance(json.dumps(document).encode(), "night.json")


def test_a_document_is_read_and_fields_of_others_are_left_alone() -> None:
    assert _read(_document(source="mine")) == Instance(
        "夜班", (2, 1, 3), (Actor("a1", 10, (0, 2)), Actor("a2", 4, (1,)))
    )


def test_decimals_are_exact() -> None:
    text = json.dumps(_document()).replace('"cost": 10', '"cost": 0.1').replace('": 3', '": 0.7')
    instance = read_instance(text.encode(), "night.json")
    assert instance.denominator == 100
    assert instance.durations == (20, 10, 7)
    assert [actor.cost for actor in instance.actors] == [1, 40]
    assert solve(instance).cost == 27 + 400  # 0.27 and 4


def _row(**changed: Any) -> list[dict[str, Any]]:
    return [{"name": "a1", "cost": 1, "scenes": [0], **changed}]


BAD: list[tuple[object, str]] = [
    ([], "object"),
    (_document(name=7), "`name`"),
    (_document(name=" "), "`name`"),
    (_document(scenes=[]), "`scenes`"),
    (_document(scenes={}), "`scenes`"),
    (_document(scenes=[3]), "`scenes[0]`"),
    (_document(scenes=[{}]), "`scenes[0].duration`"),
    (_document(scenes=[{"duration": -1}]), "`scenes[0].duration`"),
    (_document(scenes=[{"duration": True}]), "`scenes[0].duration`"),
    (_document(scenes=[{"duration": "2"}]), "`scenes[0].duration`"),
    (_document(scenes=[{"duration": None}]), "`scenes[0].duration`"),
    (_document(scenes=[{"duration": 1e300}]), "`scenes[0].duration`"),
    (_document(scenes=[{"duration": 1e-300}]), "`scenes[0].duration`"),
    (_document(scenes=[{"duration": 1}] * 2001), "`scenes`"),
    (_document(actors=None), "`actors`"),
    (_document(actors=_row(cost=-2)), "`actors[0].cost`"),
    (_document(actors=_row(cost=10**30)), "`actors[0].cost`"),
    (_document(actors=_row(cost=float("nan"))), "NaN"),
    (_document(actors=_row(cost=float("inf"))), "Infinity"),
    (_document(actors=_row(name=None)), "`actors[0].name`"),
    (_document(actors=_row() * 2), "`a1`"),
    (_document(actors=_row(scenes=0)), "`actors[0].scenes`"),
    (_document(actors=_row(scenes=[0, 3])), "`actors[0].scenes[1]`"),
    (_document(actors=_row(scenes=[-1])), "`actors[0].scenes[0]`"),
    (_document(actors=_row(scenes=[1.0])), "`actors[0].scenes[0]`"),
    (_document(actors=_row(scenes=[False])), "`actors[0].scenes[0]`"),
    (_document(actors=_row(scenes=[1, 1])), "`actors[0].scenes`"),
    (_document(actors=_row(cost=10**14), scenes=[{"duration": 100}]), "too large"),
]


@pytest.mark.parametrize(("document", "place"), BAD)
def test_a_field_that_cannot_be_is_named_in_both_languages(document: object, place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _read(document)
    assert str(caught.value).startswith("night.json: ")
    assert place in str(caught.value)
    assert caught.value.zh.startswith("night.json：")
    assert place.startswith("`") <= (place in caught.value.zh)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"name": "a", "name": "b"}',
        b'{"name": "a", "cost": 1e99999999999999999999}', b" " * (MOST_BYTES + 1),
        b'{"scenes": [{"duration": ' + b"9" * 5000 + b"}]}",
    ],
)  # fmt: skip
def test_what_is_no_document_is_told(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"night\.json: ") as caught:
        read_instance(data, "night.json")
    assert caught.value.zh
    assert len(str(caught.value)) < 400


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda each: st.lists(each, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "scenes", "actors", "duration", "cost"]), each),
    max_leaves=12,
))  # fmt: skip
def test_any_json_is_an_instance_or_is_refused(document: object) -> None:
    with contextlib.suppress(InvalidInput):
        assert _read(document).durations
