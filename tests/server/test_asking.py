"""What every address has in common: revisions, keys against doing it twice, pages, problems."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from starlette.testclient import TestClient

from tests.station.crew import Crew


def test_a_change_needs_the_revision_that_was_seen(client: TestClient, crew: Crew) -> None:
    url, header = f"/api/entities/{crew.shots[0].id}", crew.signed("producer")
    tag = client.get(url, headers=header).headers["etag"]
    assert client.patch(url, json={"frames": 24}, headers=header).status_code == 422
    changed = client.patch(url, json={"frames": 24}, headers={**header, "If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    late = client.patch(url, json={"frames": 48}, headers={**header, "If-Match": tag})
    assert late.status_code == 412
    assert client.get(url, headers=header).json()["frames"] == 24


def test_a_request_sent_again_makes_nothing_twice(client: TestClient, crew: Crew) -> None:
    url = f"/api/projects/{crew.project.id}/entities"
    header = {**crew.signed("producer"), "Idempotency-Key": "k1"}
    body = {"kind": "shot", "label": "007-001"}
    first = client.post(url, json=body, headers=header)
    again = client.post(url, json=body, headers=header)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["etag"] == again.headers["etag"]
    other = client.post(url, json={**body, "label": "007-002"}, headers=header)
    assert other.status_code == 409
    other_person = {**crew.signed("owner"), "Idempotency-Key": "k1"}
    made = client.post(url, json={**body, "label": "007-002"}, headers=other_person)
    assert made.status_code == 201


def test_the_same_request_at_once_makes_one(client: TestClient, crew: Crew) -> None:
    url = f"/api/projects/{crew.project.id}/entities"
    header = {**crew.signed("producer"), "Idempotency-Key": "k2"}
    body = {"kind": "shot", "label": "008-001"}
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.post, url, json=body, headers=header) for _ in range(8)]
        told = [each.result() for each in asked]
    assert {each.status_code for each in told} == {201}
    assert len({each.json()["id"] for each in told}) == 1


def test_pages_show_every_row_once(client: TestClient, crew: Crew) -> None:
    url, header = f"/api/projects/{crew.project.id}/entities", crew.signed("client")
    seen, after = [], ""
    while True:
        page = client.get(url, params={"most": 2, "after": after}, headers=header).json()
        seen += [row["id"] for row in page["rows"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == [shot.id for shot in crew.shots]


def test_names_are_shown_as_they_were_given(client: TestClient, crew: Crew) -> None:
    url, header = f"/api/projects/{crew.project.id}/entities", crew.signed("producer")
    for label in ("<script>alert(1)</script>", "第十二场 灯笼", "'; DROP TABLE entities; --"):
        made = client.post(url, json={"kind": "asset", "label": label}, headers=header)
        assert made.json()["label"] == label
    for label in ("a\x00b", "a\nb", "\u202eevil", "   ", "x" * 201):
        refused = client.post(url, json={"kind": "asset", "label": label}, headers=header)
        assert refused.status_code == 422, label


def test_problems_say_what_where_and_in_whose_language(client: TestClient, crew: Crew) -> None:
    header = crew.signed("artist")
    gone = client.get("/api/tasks/nothere", headers=header)
    assert gone.status_code == 404
    assert gone.json()["status"] == 404
    assert "nothere" in gone.json()["detail"]
    chinese = client.get("/api/tasks/nothere", headers={**header, "Accept-Language": "zh"})
    assert "找不到" in chinese.json()["detail"]
    wrong = client.post(f"/api/projects/{crew.project.id}/entities", json={}, headers=header)
    assert wrong.status_code == 422
    assert any("body.kind" in fault for fault in wrong.json()["faults"])


def test_what_cannot_be_kept_is_refused(client: TestClient, crew: Crew) -> None:
    url, header = f"/api/projects/{crew.project.id}/entities", crew.signed("producer")
    asset = {"kind": "asset", "label": "lamp"}
    huge = client.post(url, json={**asset, "description": "x" * 5000}, headers=header)
    assert huge.status_code == 422
    whole = client.post(url, content=b"x" * (33 * 2**20), headers=header)
    assert whole.status_code == 413
    unknown = {"email": "a\x00b@example.org", "password": "not this one"}
    assert client.post("/api/session", json=unknown).status_code in (401, 422)


def test_answers_cannot_be_framed_or_sniffed(client: TestClient) -> None:
    headers = client.get("/api/me").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_the_description_names_every_address(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/projects/{project_id}/board" in described["paths"]
