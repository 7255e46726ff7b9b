"""The catalogue as a sheet: out, and in again, all of it or nothing."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from mstation.station.change import find_where
from mstation.station.exchange.assets import Asset
from mstation.station.production.sheet_files import read_csv
from mstation.station.station import Station
from tests.server.test_assets import made
from tests.station.market import Market


def take_in(client: TestClient, market: Market, text: str, **header: str) -> Any:
    url = f"/api/parties/{market.seller.id}/assets/imports"
    told = {**market.signed("seller-owner"), "Content-Type": "text/csv", **header}
    return client.post(url, content=text.encode(), headers=told)


def rows_of(client: TestClient, market: Market) -> list[list[str]]:
    url = f"/api/parties/{market.seller.id}/assets?format=csv"
    answer = client.get(url, headers=market.signed("seller-owner"))
    assert answer.headers["content-type"].startswith("text/csv")
    return list(read_csv(answer.content))


def test_what_goes_out_comes_in_again_and_changes_nothing(
    client: TestClient, market: Market
) -> None:
    made(client, market, title="=HYPERLINK(1)", description="one\ntwo")
    made(client, market, title="Drum", title_zh="鼓")
    url = f"/api/parties/{market.seller.id}/assets?format=csv"
    header = {**market.signed("seller-owner"), "Accept-Language": "zh"}
    out = client.get(url, headers=header).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in out
    assert out.startswith("编号,类型,英文标题")
    took = take_in(client, market, out)
    assert took.status_code == 201, took.text
    assert [took.json()[name] for name in ("added", "changed", "unchanged")] == [0, 0, 2]


def test_rows_with_an_id_change_and_rows_without_begin_an_asset_once(
    client: TestClient, market: Market, station: Station
) -> None:
    asset = made(client, market, title="Drum")
    text = f"ID,Kind,Title,Chinese title\n{asset['id']},image,Big drum,大鼓\n,音频,Drum beat,鼓声\n"
    took = take_in(client, market, text, **{"Idempotency-Key": "once"})
    again = take_in(client, market, text, **{"Idempotency-Key": "once"})
    assert again.json() == took.json()
    assert (took.json()["added"], took.json()["changed"]) == (1, 1)
    with station.reading() as connection:
        kept = find_where(connection, Asset, party_id=market.seller.id)
    assert [(each.kind, each.title_zh) for each in kept] == [("image", "大鼓"), ("audio", "鼓声")]
    found = client.get(
        f"/api/parties/{market.seller.id}/assets?q=鼓声", headers=market.signed("seller-owner")
    )
    assert [each["title"] for each in found.json()["rows"]] == ["Drum beat"]


def test_every_fault_is_told_by_row_and_column_and_nothing_is_changed(
    client: TestClient, market: Market
) -> None:
    asset = made(client, market, title="Drum")
    before = rows_of(client, market)
    text = f"ID,Kind,Title\n{asset['id']},image,Changed\n,hologram,Mask\n,image,{'x' * 201}\n"
    answer = take_in(client, market, text)
    assert answer.status_code == 422
    faults = answer.json()["faults"]
    assert [fault.split(":")[0] for fault in faults] == ["row 3, Kind", "row 4, Title"]
    text = f"ID,Kind,Title\n{asset['id']},image,Changed\nnobodysasset,image,Mask\n,image,\n"
    faults = take_in(client, market, text, **{"Accept-Language": "zh"}).json()["faults"]
    assert [fault.split("：")[0] for fault in faults] == ["第 3 行", "第 4 行"]
    assert rows_of(client, market) == before


def test_sheets_that_are_none_are_refused(client: TestClient, market: Market) -> None:
    for text in (
        "",
        "\n",
        "Colour,Taste\nred,sweet\n",
        "ID,ID\na,b\n",
        'ID,Title\n"a',
        "Title\na,b",
    ):
        answer = take_in(client, market, text)
        assert answer.status_code == 422, text
    others = client.post(
        f"/api/parties/{market.seller.id}/assets/imports", content=b"ID\n",
        headers=market.signed("buyer-owner"),
    )  # fmt: skip
    assert others.status_code == 404
