"""What the description says of every address: what it does, what it answers, and how it refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from mstation.server.app import make_app
from mstation.station.station import open_station

TAGS = {"exchange", "provenance", "space", "talent", "verification", "work orders"}


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("described")
    station = open_station(f"sqlite:///{folder / 'station.db'}", folder=folder)
    told: dict[str, Any] = make_app(station).openapi()
    station.close()
    return told


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def ours(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {at: each for at, each in operations(description) if TAGS & set(each.get("tags", ()))}


def test_every_operation_has_a_name_of_its_own(description: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _, operation in operations(description))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_tag_has_addresses(description: dict[str, Any]) -> None:
    told = {tag for each in ours(description).values() for tag in each["tags"]}
    assert told >= TAGS


def test_every_address_says_what_it_does_and_how_it_refuses(description: dict[str, Any]) -> None:
    silent = []
    for at, operation in ours(description).items():
        says = operation.get("summary") and operation.get("description", "").endswith(".")
        refusal = operation["responses"].get("default", {}).get("content", {})
        if not says or "application/problem+json" not in refusal:
            silent.append(at)
    assert silent == []


def test_every_answer_is_typed(description: dict[str, Any]) -> None:
    def is_typed(schema: dict[str, Any]) -> bool:
        """Whether a schema says what there is: not only that it is an object, or a list of any."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return is_typed(description["components"]["schemas"][name])
        if "anyOf" in schema:
            return all(map(is_typed, schema["anyOf"]))
        match schema.get("type"):
            case "object":
                return bool(schema.get("properties"))
            case "array":
                return is_typed(schema.get("items", {}))
            case kind:
                return kind is not None or "enum" in schema

    untyped = []
    for at, operation in ours(description).items():
        for status, answer in operation["responses"].items():
            if not status.startswith("2") or status == "204":
                continue
            content = answer.get("content", {})
            json = content.get("application/json")
            if not content or (json is not None and not is_typed(json.get("schema", {}))):
                untyped.append(f"{at}: {status}")
    assert untyped == []


def test_every_body_that_is_sent_is_typed_or_names_its_kind(description: dict[str, Any]) -> None:
    bare = [
        at
        for at, operation in ours(description).items()
        for kind, body in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json" and not body.get("schema")
    ]
    assert bare == []
