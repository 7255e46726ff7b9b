"""The whole description against the whole server: whatever is asked, it answers as described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from mstation.server.app import make_app
from mstation.station.station import open_station
from tests.station.crew import Crew, hire
from tests.station.databases import KINDS, new_databases

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ENDLESS = ("/live",)  # followed elsewhere: test_serving
EXAMPLES = 12


@pytest.fixture(scope="module", params=KINDS)
def described(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, Crew]]:
    with new_databases(request.param, tmp_path_factory.mktemp("described")) as new:
        station = open_station(new())
        crew = hire(station)
        yield schemathesis.openapi.from_asgi("/api/openapi.json", make_app(station)), crew
        station.close()


def real_ids(crew: Crew) -> dict[str, str]:
    return {
        "project_id": crew.project.id, "organisation_id": crew.organisation.id,
        "entity_id": crew.shots[0].id, "task_id": crew.tasks[0].id,
    }  # fmt: skip


def test_no_request_breaks_the_server(described: tuple[Any, Crew]) -> None:
    schema, crew = described
    broken = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.endswith(ENDLESS):
            try:
                ask_often(operation, crew)
            except Exception as error:  # noqa: BLE001 - every address is asked, then all are told
                broken[operation.label] = error
    assert not broken, "\n\n".join(f"{label}: {error}" for label, error in broken.items())


def ask_often(operation: Any, crew: Crew) -> None:
    ids = real_ids(crew)

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), is_real=st.booleans())
    def ask(case: Any, is_real: bool) -> None:
        for name in case.path_parameters or {}:
            if is_real and name in ids:
                case.path_parameters[name] = ids[name]
        response = case.call(headers=crew.signed("owner"))
        case.validate_response(response, checks=CHECKS)

    ask()
