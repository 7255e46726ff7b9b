"""What a film's request names is found among the files of its own project, and read with care."""

from __future__ import annotations

from typing import Any

import pytest

from mstation.errors import InvalidInput, NotFound
from mstation.film import BURNS
from mstation.station.blobs import Blob
from mstation.station.change import STATION
from mstation.station.files import File, add_file
from mstation.station.organisations import Project
from mstation.station.station import Station
from mstation.work.kinds import KINDS, FilmBuild, files_named, read_parameters
from mstation.work.written import find_written
from tests.station.crew import Crew
from tests.work.desks import desk_of

TABLE = "line,text,translation\nln-1,Now.,现在。\n"


def _file(
    station: Station, project: Project, data: bytes, name: str, *, size: int | None = None
) -> File:
    blob = station.blobs.put(data)
    told = blob if size is None else Blob(blob.digest, size)
    with station.change(STATION) as change:
        return add_file(change, project, told, name=name, media_type="text/plain")


def test_texts_are_found_as_they_were_told_and_no_file_is_asked_for(
    station: Station, crew: Crew
) -> None:
    texts = {
        "film_notes": "# 甲",
        "directions": "# b",
        "score_wishes": "# c",
        "production": "# d",
        "board": "{}",
    }
    asked = FilmBuild("INT. ROOM - DAY", **texts, translation=TABLE, subtitles="burn-bilingual")
    found = find_written(asked, desk_of(station, crew))
    assert found.name == "script.fountain"
    assert found.written.screenplay == b"INT. ROOM - DAY"
    for name, text in texts.items():
        assert getattr(found.written, name) == text.encode()
    assert (found.titles.burn, found.titles.translation) == ("bilingual", TABLE.encode())
    assert (found.written.recordings, found.written.beside) == ((), None)


def test_takes_are_the_projects_files_by_the_names_that_people_gave_them(
    station: Station, crew: Crew
) -> None:
    told = {"../../001-L01.wav": b"one", "..\\002-L01 take 2.wav": b"two", "003-L01.wav": b"one"}
    ids = tuple(_file(station, crew.project, data, name).id for name, data in told.items())
    asked = FilmBuild("x", take_file_ids=ids)
    recordings = find_written(asked, desk_of(station, crew)).written.recordings
    assert [each.name for each in recordings] == [
        "001-L01.wav", "002-L01 take 2.wav", "003-L01.wav"
    ]  # fmt: skip
    for each, data in zip(recordings, told.values(), strict=True):
        with each.opened() as path:
            assert path.read_bytes() == data
        assert each.shown == f"voices/{each.name}"


@pytest.mark.parametrize(
    ("parameters", "names", "size", "told"),
    [
        ("take_file_ids", ["a.wav", "a.wav"], None, "a.wav 2 times"),
        ("take_file_ids", ["a.wav"], 1_000_000_001, "cut it to its line"),
        ("translation_file_id", ["lines.csv"], 64_000_001, "far too many"),
        ("translation_file_id", ["lines.csv"], None, "lines.csv"),
        ("script_file_id", ["a.pdf"], 64_000_001, "far too many"),
    ],
)
def test_files_that_cannot_be_meant_are_refused_by_name_in_both_languages(
    station: Station, crew: Crew, parameters: str, names: list[str], size: int | None, told: str
) -> None:
    data = b"\x89PNG\r\n\x1a\n\xff\xfe\x00\x81\xff"  # in no encoding a table
    ids = [_file(station, crew.project, data, name, size=size).id for name in names]
    named: dict[str, Any] = {parameters: ids[0] if parameters.endswith("id") else tuple(ids)}
    script = {} if "script_file_id" in named else {"script": "x"}
    with pytest.raises(InvalidInput) as refused:
        find_written(FilmBuild(**script, **named), desk_of(station, crew))
    assert told in refused.value.told("en")
    assert names[0] in refused.value.told("zh")
    assert not refused.value.told("zh").isascii()


@pytest.mark.parametrize("parameter", ["script_file_id", "translation_file_id", "take_file_ids"])
def test_a_file_of_another_project_or_of_none_is_never_read(
    station: Station, crew: Crew, parameter: str
) -> None:
    other = _file(station, crew.elsewhere, TABLE.encode(), "theirs.csv").id
    script = {} if parameter == "script_file_id" else {"script": "x"}
    for id_, error in ((other, InvalidInput), ("nobody", NotFound)):
        named: dict[str, Any] = {parameter: (id_,) if parameter.endswith("ids") else id_}
        with pytest.raises(error):
            find_written(FilmBuild(**script, **named), desk_of(station, crew))


def test_a_table_is_read_in_any_encoding_that_spreadsheets_write(
    station: Station, crew: Crew
) -> None:
    for coding in ("utf-8-sig", "utf-16", "gb18030"):
        file = _file(station, crew.project, TABLE.encode(coding), "译文.csv")
        asked = FilmBuild("x", translation_file_id=file.id)
        titles = find_written(asked, desk_of(station, crew)).titles
        assert (titles.name, titles.translation) == ("译文.csv", TABLE.encode(coding))


def test_what_is_kept_of_a_request_names_all_its_files_and_reads_back_the_same() -> None:
    told = {"script": "x", "translation_file_id": "b", "take_file_ids": ["c", "d"]}
    kind = KINDS["film.build"]
    kept = read_parameters(kind, told)
    assert read_parameters(kind, kept) == kept
    assert files_named(kind, kept) == ["b", "c", "d"]
    assert files_named(kind, read_parameters(kind, {"script": "x"})) == []


def test_subtitles_are_asked_for_in_the_commands_words() -> None:
    for word in BURNS:
        read_parameters(
            KINDS["film.build"], {"script": "x", "subtitles": word, "translation": TABLE}
        )
