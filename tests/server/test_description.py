"""The whole description against the whole server: whatever is asked, it answers as described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)
from starlette.testclient import TestClient

from mstation.server.app import show
from mstation.station.station import open_station
from tests.station.crew import Crew, bring, hire
from tests.station.databases import NewDatabase

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ENDLESS = ("/live",)  # followed elsewhere: test_serving
EXAMPLES = 8
NO_SHOTS = {"schema": "mstation.shots/2", "rate": "24", "scenes": [], "clips": []}


@pytest.fixture(scope="module")
def described(
    app: FastAPI, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, Crew, dict[str, str]]]:
    station = open_station(new_database(), folder=tmp_path_factory.mktemp("files"))
    crew = hire(station)
    digest = bring(station, crew.project, b"a shot").digest
    show(app, station)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    yield schema, crew, real_ids(app, crew, digest)
    station.close()


def real_ids(app: FastAPI, crew: Crew, digest: str) -> dict[str, str]:
    """Ids of rows that are there, by the name that addresses give them; some are made for it."""
    inside, task = f"/api/projects/{crew.project.id}", f"/api/tasks/{crew.tasks[0].id}"
    client = TestClient(app, headers=crew.signed("owner"))

    def made(path: str, **body: object) -> str:
        answer = client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    version = made(f"{task}/versions", files=[{"name": "a.mov", "digest": digest}])
    return {
        "project_id": crew.project.id,
        "organisation_id": crew.organisation.id,
        "entity_id": crew.shots[0].id,
        "task_id": crew.tasks[0].id,
        "version_id": version,
        "publish_id": made(f"/api/versions/{version}/publishes"),
        "note_id": made(f"{task}/notes", text="Look."),
        "log_id": made(f"{task}/time-logs", day="2026-05-31", minutes=60),
        "playlist_id": made(f"{inside}/playlists", name="Dailies"),
        "field_id": made(f"{inside}/fields", of="shot", name="Crane", type="flag"),
        "webhook_id": made(f"{inside}/webhooks", url="https://example.org/hook"),
        "job_id": made(f"{inside}/jobs", kind="film.build", parameters={"script": "INT. A - DAY"}),
        "cut_id": made(f"{inside}/cuts", shots=NO_SHOTS),
        "sheet": "shots",
    }


def test_no_request_breaks_the_server(described: tuple[Any, Crew, dict[str, str]]) -> None:
    schema, crew, ids = described
    broken = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.endswith(ENDLESS):
            try:
                ask_often(operation, crew, ids)
            except Exception as error:  # noqa: BLE001 - every address is asked, then all are told
                broken[operation.label] = error
    assert not broken, "\n\n".join(f"{label}: {error}" for label, error in broken.items())


def ask_often(operation: Any, crew: Crew, ids: dict[str, str]) -> None:
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
