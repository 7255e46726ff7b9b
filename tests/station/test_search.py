"""What is searched for is found: in both languages, on both databases, by one law."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mstation.errors import InvalidInput
from mstation.station.change import STATION
from mstation.station.exchange.assets import Asset, AssetKind, add_asset, assets, by_words
from mstation.station.search import rebuild_all, terms_of
from mstation.station.station import Station
from tests.station.market import Market


def found(station: Station, sought: str) -> set[str]:
    """Return the titles of the assets that are found."""
    with station.reading() as connection:
        query = select(assets.c.title).where(by_words.finds(connection, sought))
        return set(connection.execute(query).scalars())


def keep(station: Station, market: Market, *titles: tuple[str, str, str]) -> list[Asset]:
    """Write assets and let them be found."""
    with station.change(STATION) as change:
        made = [
            add_asset(
                change, market.seller, kind=AssetKind.IMAGE, title=title, title_zh=title_zh,
                description=description,
            )
            for title, title_zh, description in titles
        ]  # fmt: skip
        for asset in made:
            by_words.write(change.connection, asset)
    return made


def test_words_of_both_languages_are_found(station: Station, market: Market) -> None:
    keep(
        station, market,
        ("Bronze mask", "青铜面具", "From Sanxingdui, café light."),
        ("Lantern", "红灯笼", "A lantern on platform 3; 石库门"),
        ("Harbour", "青銅鼎", "Three ships."),
    )  # fmt: skip
    assert found(station, "面具") == {"Bronze mask"}
    assert found(station, "青铜面具") == {"Bronze mask"}
    assert found(station, "青铜") == found(station, "青銅") == {"Bronze mask", "Harbour"}
    assert found(station, "铜面") == {"Bronze mask"}  # they do stand beside each other
    assert found(station, "具面") == set()
    assert found(station, "灯") == {"Lantern"}
    assert found(station, "笼") == {"Lantern"}
    assert found(station, "LANT platform") == {"Lantern"}
    assert found(station, "cafe ＭＡＳＫ") == {"Bronze mask"}
    assert found(station, "antern") == set()
    assert found(station, "灯笼 ships") == set()
    assert found(station, "面具, bronze!") == {"Bronze mask"}


@pytest.mark.parametrize("sought", ["", " ", "…", '"', "*", "word " * 33, "字" * 300])
def test_what_is_no_question_is_refused(station: Station, sought: str) -> None:
    with station.reading() as connection, pytest.raises(InvalidInput):
        by_words.finds(connection, sought)


@pytest.mark.parametrize("sought", ['" OR 1', "a'b", "NEAR(x", "x AND", "-x", "x:*", "x\\", "x\0y"])
def test_no_sign_of_a_question_is_a_command(station: Station, market: Market, sought: str) -> None:
    keep(station, market, ("nothing of it", "", ""))
    assert found(station, sought) == set()


def test_what_is_changed_and_what_is_removed_is_found_no_more(
    station: Station, market: Market
) -> None:
    first, second = keep(station, market, ("old wood", "", ""), ("old stone", "", ""))
    with station.change(STATION) as change:
        by_words.write(change.connection, change.edit(first, title="new wood"))
        change.remove(second)
    assert found(station, "old") == set()
    assert found(station, "new") == found(station, "wood") == {"new wood"}


def test_an_index_made_anew_finds_the_same(station: Station, market: Market) -> None:
    keep(station, market, ("Bronze mask", "青铜面具", ""), ("Lantern", "红灯笼", ""))
    with station.change(STATION) as change:
        rebuild_all(change.connection)
    assert found(station, "面具") == {"Bronze mask"}
    assert found(station, "lantern") == {"Lantern"}


_PIECES = st.lists(
    st.text("青铜面具灯乾隆龍がハ가", min_size=1, max_size=6)
    | st.text("abÉ9ß", min_size=1, max_size=5),
    min_size=1,
    max_size=5,
)
_NUMBERS = itertools.count()


@given(pieces=_PIECES, sought=_PIECES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_text_is_found_by_the_law_and_by_nothing_else(
    station: Station, market: Market, pieces: list[str], sought: list[str]
) -> None:
    mark = f"mark{next(_NUMBERS)}x"
    keep(station, market, (mark, "", " ".join(pieces)))
    text = " ".join(pieces)
    for question in (" ".join(sought), text, text[: len(text) // 2 + 1]):
        assert bool(found(station, f"{mark} {question}")) is _holds(text, question)


def _holds(text: str, question: str) -> bool:
    """Return whether a text holds a question, looked up without any index."""
    runs, words = _parts(text)
    asked_runs, asked_words = _parts(question)
    return all(any(asked in run for run in runs) for asked in asked_runs) and all(
        any(word.startswith(asked) for word in words) for asked in asked_words
    )


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Return the runs of Chinese signs and the words of a text, from its terms."""
    runs, words = [""], []
    for term in terms_of(text):
        if ord(term[0]) < 0x2E80:
            words.append(term)
            runs.append("")
        else:
            runs[-1] += term[0]
            if len(term) == 1:
                runs.append("")
    return runs, words
