"""A post house's week by the command: a texture, a person, a package, a stage, and the books."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from mstation.cli.app import app
from mstation.market import Market as Trader
from mstation.station.exchange.assets import Asset
from mstation.station.schema import now
from mstation.station.station import open_station
from mstation.station.work_orders.packages import Security, WorkPackage
from mstation.station.work_orders.tenders import invite
from tests.server.running import Running, running
from tests.station.crew import hire
from tests.station.exchange.shop import ALL, Shop, exclusively, open_shop
from tests.station.market import Market, open_market
from tests.station.places import DAY, MONDAY, open_lot
from tests.station.work_orders.working import Yard, open_yard, pass_deadline

CONSENTS = ("general", "third_party", "cross_border")
LATER = f"{now() + 300 * DAY:%Y-%m-%d}"


@dataclass(frozen=True)
class Park:
    """A station that runs, and who trades on it; the same rows are at hand here."""

    server: Running
    shop: Shop
    yard: Yard

    @property
    def market(self) -> Market:
        return self.shop.market

    def client(self, who: str) -> Trader:
        return Trader(self.server.address, self.market.keys[who])


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Park]:
    home = tmp_path_factory.mktemp("park")
    folder = home / "here"
    folder.mkdir()
    station = open_station(f"sqlite:///{folder / 'station.db'}", folder=folder)
    market = open_market(station)
    shop = open_shop(station, market)
    shop.offer(terms=exclusively(ALL, False))
    open_lot(station, market)
    yard = open_yard(station, hire(station), market)
    with running("--data", "here", cwd=home) as server:
        yield Park(server, shop, yard)
    station.close()


As = Callable[..., Result]


@pytest.fixture
def by(park: Park, tmp_path: Path) -> As:
    """The command of somebody of the market; what they type comes as `said`."""

    def run(who: str, *words: object, said: str = "", language: str = "en") -> Result:
        keys = {**park.yard.crew.keys, **park.market.keys}
        env = {"MSTATION_TOKEN": keys[who], "MSTATION_ADDRESS": park.server.address,
               "MSTATION_LANG": language, "XDG_STATE_HOME": str(tmp_path)}  # fmt: skip
        return CliRunner().invoke(app, list(map(str, words)), input=said, env=env)

    return run


def done(told: Result) -> str:
    assert told.exit_code == 0, told.output
    return told.stdout


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]


def bought(by: As, asset: Asset) -> str:
    """License the picture for the Netherlands, paid in the sandbox; return the licence's number."""
    asked = ("--territory", "NL", "--medium", "svod", "--from", f"{now():%Y-%m-%d}", "--to", LATER)
    price = done(by("buyer-owner", "quote", asset.id, *asked))
    assert "CNY 100.00" in price
    quote = found(r"quote (\w+), good until", price)
    ordered = done(by("buyer-owner", "order", quote, said="y\n"))
    payment = found(r"payment (\w+): CNY 100.00, asked", ordered)
    assert "no bank account for CNY" in ordered  # said, and ordered all the same
    refused = by("buyer-owner", "pay", payment, "--sandbox")
    assert (refused.exit_code, refused.stdout) == (7, "")
    done(by("house-owner", "pay", payment, "--sandbox"))
    assert f"payment {payment}: CNY 100.00, paid" in done(by("buyer-owner", "pay", payment))
    listed = done(by("buyer-owner", "licences")).splitlines()
    return listed[-1].split()[0]


def test_a_texture_is_found_priced_licensed_and_brought_whole(
    park: Park, by: As, tmp_path: Path
) -> None:
    asset, version = park.shop.asset, park.shop.version
    listed = done(by("buyer-owner", "assets", "青铜灯", "--kind", "image", language="zh"))
    assert listed == f"{asset.id}  image     青铜灯\n"
    assert done(by("buyer-owner", "assets", "nothing of the sort")) == ""
    number = bought(by, asset)
    (row,) = json.loads(done(by("buyer-owner", "licences", "--json")))
    assert (row["number"], row["state"]) == (number, "active")
    assert row["terms"]["territories"] == ["NL"]
    assert number in done(by("seller-owner", "licences", "--side", "seller"))

    out = tmp_path / "out"
    target = out / "lantern.exr"
    content = f"lantern of {asset.id}".encode()
    out.mkdir()
    target.with_name("lantern.exr.part").write_bytes(content[:9])
    told = done(by("buyer-owner", "download", number, "--out", out, "--certificate"))
    assert hashlib.sha256(target.read_bytes()).hexdigest() == version.digest
    assert not target.with_name("lantern.exr.part").exists()
    assert f"written: {target}" in told
    assert "there already" in done(by("buyer-owner", "download", number, "--out", out))
    proof = by("buyer-owner", "prove", out / f"{number}.pdf")
    assert (proof.exit_code, number in proof.stdout) == (0, True)
    target.unlink()
    target.with_name("lantern.exr.part").write_bytes(b"x" * 9)
    damaged = by("buyer-owner", "download", number, "--out", out)
    assert (damaged.exit_code, target.exists()) == (4, False)
    other = by("freelancer", "download", number, "--out", out)
    assert (other.exit_code, other.stderr.count("mstation licences")) == (3, 1)

    sheet = tmp_path / "statement.csv"
    client = park.client("buyer-owner")
    (line,) = client.ask("GET", f"/api/orders/{row['order_id']}/lines")
    client.ask("POST", f"/api/order-lines/{line['id']}/acceptance")
    done(by("seller-owner", "statement", sheet))
    rows = list(csv.DictReader(sheet.read_text("utf-8-sig").splitlines()))
    assert "90.00" in {value for row in rows for value in row.values()}  # less the house's tenth


def test_what_is_not_offered_so_is_refused_and_nothing_is_ordered_unasked(
    park: Park, by: As
) -> None:
    asset = park.shop.asset.id
    assert by("buyer-owner", "quote", asset, "--template", "cc0").exit_code == 3
    assert by("buyer-owner", "quote", asset, "--medium", "festival").exit_code == 2
    quote = json.loads(done(by("buyer-owner", "quote", asset, "--json")))
    refused = by("buyer-owner", "order", quote["id"], said="n\n")
    assert refused.exit_code == 1
    orders = park.client("buyer-owner").rows(f"/api/parties/{park.market.buyer.id}/orders")
    assert all(each["total"] == 0 or each["state"] != "placed" for each in orders)
    assert by("buyer-owner", "order", "no/quote", "--yes").exit_code == 3
    stranger = by("stranger", "quote", asset)
    assert (stranger.exit_code, "--party" in stranger.stderr) == (3, True)


def test_somebody_who_may_be_seen_is_found_in_either_language(park: Park, by: As) -> None:
    client = park.client("freelancer")
    body = {"family_name": "Lin", "given_name": "Ke", "name_zh": "林可",
            "role_codes": ["gaffer"], "visible": "everybody", "country": "FR"}  # fmt: skip
    person = client.add(f"/api/parties/{park.market.freelancer.id}/people", body)
    for kind in CONSENTS:
        asked = {"purpose": "directory", "field_group": "profile", "kind": kind, "language": "zh",
                 "recipient_contact": "privacy@example.org"}  # fmt: skip
        text = client.ask("GET", "/api/consent-text", query=asked)
        client.add(f"/api/people/{person['id']}/consents", {**asked, "text_digest": text["digest"]})
    told = done(by("buyer-owner", "people", "灯光", "--role", "gaffer"))
    assert told == f"{person['id']}  Ke Lin  gaffer  FR\n"
    assert "林可" in done(by("buyer-owner", "people", "Ke", language="zh"))
    assert done(by("buyer-owner", "people", "--country", "NL")) == ""


def package(park: Park, **more: Any) -> WorkPackage:
    return park.yard.package(shots=2, **more)


def test_work_is_bid_on_under_seal_and_compared_after_the_deadline(
    park: Park, by: As, tmp_path: Path
) -> None:
    made = package(park)
    listed = done(by("seller-owner", "packages"))
    assert f"{made.id}  Rotoscoping" in listed
    assert "2 items, 96 frames" in listed
    told = by("seller-owner", "bid", made.id, "--each", "1200.50", said="n\n")
    assert (told.exit_code, "CNY 2401.00  Rotoscoping" in told.stdout) == (1, True)
    asked = ("--each", "1200.5", "--done-on", LATER, "--yes")
    placed = done(by("seller-owner", "bid", made.id, *asked))
    commitment = found(r"commitment (\w{64})", placed)
    prices = tmp_path / "prices.csv"
    labels = [item.label for item in made.items]
    prices.write_text("item,price\n" + "".join(f"{label},999.99\n" for label in labels))
    done(by("freelancer", "bid", made.id, prices, "--yes"))
    assert done(by("producer", "bids", made.id)) == "2 bids, 0 of them opened\n"
    assert by("producer", "bids", made.id, "--open").exit_code == 6
    assert by("seller-owner", "bids", made.id).exit_code == 3
    pass_deadline(park.yard.station, made)
    sheet = tmp_path / "bids.csv"
    told = done(by("producer", "bids", made.id, "--open", "--csv", sheet))
    assert "2 bids, 2 of them opened" in told
    assert "total    96  199998  240100" in told
    assert "240100" in sheet.read_text("utf-8-sig")
    opened = json.loads(done(by("producer", "bids", made.id, "--json")))["opened"]
    assert commitment in {each["commitment"] for each in opened}
    late = by("freelancer", "bid", made.id, prices, "--yes")
    assert late.exit_code == 6


def test_terms_are_shown_and_accepted_only_when_that_is_said(park: Park, by: As) -> None:
    made = package(park, security=Security.NDA, terms="Say nothing.", description="A twist.")
    with park.yard.station.change(park.yard.producer) as change:
        invite(change, made, park.market.seller)
    assert f"mstation bid {made.id} --accept-terms" in done(by("seller-owner", "packages"))
    told = by("seller-owner", "bid", made.id, "--each", "5", "--yes")
    assert (told.exit_code, told.stdout) == (2, "  Say nothing.\n")
    assert "--accept-terms" in told.stderr
    done(by("seller-owner", "bid", made.id, "--each", "5", "--accept-terms", "--yes"))
    assert done(by("producer", "bids", made.id)) == "1 bids, 0 of them opened\n"


def test_prices_that_do_not_fit_are_refused_before_anything_is_sent(
    park: Park, by: As, tmp_path: Path
) -> None:
    made = package(park)
    label = made.items[0].label
    for name, text, words in (
        ("a.csv", "item,price\nx", "no prices"),
        ("b.csv", f"item,price\n{label},1\n{label},2\n", "twice"),
        ("c.json", "[1]", "no prices"),
        ("d.json", json.dumps({label: "1.005"}), "at most 2 decimals"),
        ("e.json", json.dumps({label: "1"}), ""),  # one item is left out: the station says so
    ):
        path = tmp_path / name
        path.write_text(text)
        told = by("seller-owner", "bid", made.id, path, "--yes")
        assert (told.exit_code, words in told.stderr) == (2, True), told.output
    assert by("seller-owner", "bid", made.id, "--yes").exit_code == 2
    assert done(by("producer", "bids", made.id)) == "0 bids, 0 of them opened\n"


def test_a_stage_is_booked_once_by_the_clocks_of_the_place(by: As) -> None:
    assert "Stage 1  River Lot Shanghai" in done(by("buyer-owner", "free"))
    day = f"{MONDAY:%Y-%m-%d}"
    times = ("--from", f"{day}T08:00", "--to", f"{day}T18:00")
    told = by("buyer-owner", "book", "Stage 1", *times, "--title", "Night Train", said="y\n")
    assert "Book for CNY 700.00 in the name of Harbour Post?" in done(told)
    assert "confirmed, CNY 700.00" in told.stdout
    again = by("buyer-owner", "book", "一号棚", *times, "--title", "Again", "--yes", language="zh")
    assert (again.exit_code, again.stdout.count("confirmed")) == (6, 0)
    told = by("buyer-owner", "free", "Stage 1", "--from", day, "--to", f"{day}T23:00",
              "--minutes", "300")  # fmt: skip
    lines = done(told).splitlines()
    assert lines[0] == f"{day} 00:00 – {day} 06:00 Asia/Shanghai"
    assert lines[-1].startswith(f"next: {day} 00:00")
    assert by("buyer-owner", "free", "Stage 9", "--from", day, "--to", LATER).exit_code == 3
    assert by("buyer-owner", "free", "Stage 1").exit_code == 2
