"""Sheets out and in, as the server answers."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from mstation.station.change import find_where
from mstation.station.events import last_number
from mstation.station.production.entities import Entity
from mstation.station.production.tasks import Task
from mstation.station.station import Station
from tests.station.crew import Crew


class Office:
    """A coordinator with a spreadsheet."""

    def __init__(self, client: TestClient, crew: Crew) -> None:
        self.client, self.headers = client, crew.signed("coordinator")
        self.path = f"/api/projects/{crew.project.id}/sheets"

    def out(self, sheet: str, **how: str) -> bytes:
        answer = self.client.get(f"{self.path}/{sheet}", params=how, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.content

    def plan(self, sheet: str, data: bytes | str) -> Any:
        answer = self._send(f"{sheet}/plan", data)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def take_in(self, sheet: str, data: bytes | str, expect: int = 201) -> Any:
        answer = self._send(f"{sheet}/imports", data)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def _send(self, path: str, data: bytes | str) -> Any:
        body = data.encode() if isinstance(data, str) else data
        return self.client.post(f"{self.path}/{path}", content=body, headers=self.headers)


@pytest.fixture
def office(client: TestClient, crew: Crew) -> Office:
    return Office(client, crew)


def counts(told: Any) -> tuple[int, int, int]:
    return told["added"], told["changed"], told["unchanged"]


@pytest.mark.parametrize("how", [
    {"format": "csv", "language": "en"}, {"format": "csv", "language": "zh"},
    {"format": "xlsx", "language": "en"}, {"format": "xlsx", "language": "zh"},
])  # fmt: skip
def test_what_goes_out_comes_back_as_it_was(
    client: TestClient, crew: Crew, office: Office, how: dict[str, str]
) -> None:
    words = '=HYPERLINK("x")', "'=1+1", "two\nlines, “quoted”", "+86", "中文"
    owner = crew.signed("owner")
    field = {"of": "shot", "name": "Crane", "type": "flag"}
    client.post(f"/api/projects/{crew.project.id}/fields", json=field, headers=owner)
    rows = [f'"s{n}","{word.replace(chr(34), chr(34) * 2)}",12,yes' for n, word in enumerate(words)]
    told = "\n".join(["Label,Description,Frames,Crane", *rows])
    told = told.replace('"=', "\"'=").replace("\"'='", "\"''='")  # as spreadsheets are given it
    office.take_in("shots", told)
    for sheet, there in (("shots", 3 + len(words)), ("assets", 0), ("tasks", 3)):
        data = office.out(sheet, **how)
        assert counts(office.plan(sheet, data)) == (0, 0, there)
    first = office.out("shots", **how)
    assert first == office.out("shots", **how) or how["format"] == "xlsx"


def test_headings_are_stable_in_both_languages(office: Office) -> None:
    english = office.out("tasks").decode("utf-8-sig").splitlines()
    assert english[0] == (
        "ID,Revision,Kind,Label,Task type,Status,People,Start,Due,Estimate (hours),Priority"
    )
    chinese = office.out("shots", language="zh").decode("utf-8-sig").splitlines()
    assert chinese[0] == "编号,修订,名称,上级类型,上级,描述,顺序,起始帧,帧数"


def test_no_cell_of_a_csv_runs_as_a_formula(office: Office) -> None:
    words = ("=1", "+1", "-1", "@x", "＝1", "'=1")
    office.take_in("assets", "label,description\n" + "".join(f"a{w},''{w}\n" for w in words))
    lines = office.out("assets").decode("utf-8-sig").splitlines()[1:]
    assert all(not line.split(",")[5].startswith(("=", "+", "-", "@", "＝")) for line in lines)
    sheet = openpyxl.load_workbook(io.BytesIO(office.out("assets", format="xlsx"))).active
    assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_sheet_is_read_in_the_encodings_that_spreadsheets_write(
    office: Office, encoding: str
) -> None:
    data = "名称;描述;帧数\n厨房;一盏灯，亮着;48\n".encode(encoding)
    assert counts(office.plan("shots", data)) == (1, 0, 0)
    assert office.plan("shots", data)["rows"][0]["changes"]["description"] == [None, "一盏灯，亮着"]


def test_a_plan_tells_what_would_be_and_changes_nothing(
    crew: Crew, office: Office, station: Station
) -> None:
    with station.reading() as connection:
        seen = last_number(connection)
    plan = office.plan("shots", "Label,Frames\n001-001,24\n001-002,\n009-001,48\n")
    assert (counts(plan), plan["faults"]) == ((1, 1, 1), [])
    assert plan["rows"][0] == {"row": 2, "id": crew.shots[0].id, "changes": {"frames": [None, 24]}}
    with station.reading() as connection:
        assert last_number(connection) == seen


def test_all_faults_are_told_by_row_and_nothing_is_half_imported(
    crew: Crew, office: Office, station: Station
) -> None:
    sheet = (
        "Label,Frames,Parent kind,Parent,Revision\n"
        "new,24,,,\n"
        "001-001,many,room,,\n"
        "001-002,,scene,012,\n"
        "new,1,,,\n"
        ",7,,,\n"
        "001-003,,,,9\n"
        "extra,1,,,,beyond\n"
    )
    faults = office.take_in("shots", sheet, 422)["faults"]
    assert [fault.split(":")[0] for fault in faults] == [
        "row 3, Frames", "row 3, Parent kind", "row 4", "row 5", "row 6", "row 7", "row 8",
    ]  # fmt: skip
    assert office.plan("shots", sheet)["faults"] == faults
    with station.reading() as connection:
        assert len(find_where(connection, Entity)) == 3
    ids = "ID,Label\n" + "".join(f"{each.id},same\n" for each in crew.shots[:2])
    assert [fault.split(":")[0] for fault in office.plan("shots", ids)["faults"]] == ["row 3"]
    headings = office.plan("shots", "Label,Weather,Label\nx,y,z\n")["faults"]
    assert [fault.split(":")[0] for fault in headings] == ["row 1", "row 1"]
    assert "`Label` and `Task type`" in office.plan("tasks", "Status\nWaiting\n")["faults"][0]


def test_tasks_come_in_by_the_names_that_people_know(
    crew: Crew, office: Office, station: Station
) -> None:
    sheet = (
        "名称,任务类型,状态,人员,截止\n"
        "001-001,previs,Working,ARTIST@example.org；vendor@example.org,2026/5/31\n"
        "001-001,Layout,,vendor@example.org,\n"
    )
    done = office.take_in("tasks", sheet)
    assert counts(done) == (1, 1, 0)
    with station.reading() as connection:
        found = find_where(connection, Task, entity_id=crew.shots[0].id)
    assert [len(each.assignee_ids) for each in found] == [2, 1]
    assert str(found[0].due_on) == "2026-05-31"
    sheet = "Label,Task type,Status,People\n001-001,Sewing,Gone,nobody@example.org\n"
    assert len(office.plan("tasks", sheet)["faults"]) == 3


def test_an_import_sent_again_is_done_once(client: TestClient, crew: Crew, office: Office) -> None:
    headers = {**office.headers, "Idempotency-Key": "one"}
    answers = [
        client.post(f"{office.path}/assets/imports", content=b"Label\nlamp\n", headers=headers)
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    listed = client.get(f"/api/projects/{crew.project.id}/imports", headers=office.headers)
    assert [each["added"] for each in listed.json()["rows"]] == [1]


def test_vendors_take_out_only_what_is_theirs(client: TestClient, crew: Crew) -> None:
    path = f"/api/projects/{crew.project.id}/sheets/tasks"
    lines = client.get(path, headers=crew.signed("vendor")).text.splitlines()
    assert len(lines) == 2
    assert "@" not in lines[1]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(4):
            archive.writestr(f"xl/sheet{place}.xml", b" " * (30 << 20))
    return out.getvalue()


def tampered(old: bytes, new: bytes) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Label"])
    book.active.append(["lamp"])
    book.save(out)
    told = io.BytesIO()
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name).replace(old, new))
    return told.getvalue()


@pytest.mark.parametrize("data", [
    bomb(),
    tampered(b"<sheetData>", b"<sheetData><row>" + b"<c/>" * 300_000 + b"</row>"),
    tampered(b"<sheetData>", b"<sheetData>" + b"<x/>" * 300_000),
    tampered(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet'),
    tampered(b'<row r="2"', b'<row r="99999999"'),
    tampered(b"<worksheet", b"<works"),
    b"PK\x03\x04" + bytes(100),
    b'Label\n"open',
    b"Label\n\xff\xfe\xff",
    b"Label\n" + b"x\n" * 100_001,
    b",".join([b"x"] * 300),
    b"",
    b"Label\na\x00b\n",
])  # fmt: skip
def test_hostile_files_are_refused_in_words(office: Office, data: bytes) -> None:
    answer = office._send("assets/imports", data)
    assert answer.status_code == 422, answer.text[:500]
    assert answer.json()["detail"]


def test_a_long_sheet_of_faults_is_answered_whole(office: Office) -> None:
    rows = "".join(f"s{n},x\n" for n in range(100_000))
    plan = office.plan("shots", "Label,Frames\n" + rows)
    assert len(plan["faults"]) == 100_000
    assert plan["faults"][-1].startswith("row 100001, Frames: `x` is not a whole number")
