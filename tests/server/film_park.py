"""A film park over HTTP: a museum's texture, a post house, a production, a gaffer, and the house.

Each part of the story is played once, by whoever needs it first; whoever asks is answered as told.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image
from starlette.testclient import TestClient

from mstation.cli.house import open_house_and_tell
from mstation.station.change import find, find_where
from mstation.station.exchange.preparing import PREPARE_JOB
from mstation.station.exchange.sandbox import sandbox_secret, signature
from mstation.station.jobs import Job
from mstation.station.schema import now
from mstation.station.station import Station
from mstation.station.work_orders.deliveries import CHECK_JOB
from mstation.station.work_orders.packages import WorkPackage
from mstation.work.assets import prepare
from mstation.work.checking import check
from mstation.work.desk import Desk
from mstation.work.kinds import AssetPrepare, DeliveryCheck
from tests.media.making import write_movie
from tests.media.scenes import scene
from tests.station.crew import PASSWORD
from tests.station.test_script import shot_list
from tests.station.work_orders.working import pass_deadline

TODAY = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
TWO_YEARS = timedelta(days=730)
SHOTS = shot_list(("sc-a", [("sh-1", 12), ("sh-2", 10)]), ("sc-b", [("sh-3", 14)]))
TUS = {"Tus-Resumable": "1.0.0"}
ROTO_EACH, RIVAL_EACH = 500_01, 600_00  # minor units of EUR, a shot
HANDLES = 2
DUTCH_TAX_BP = 2_100
COMPANIES = {  # who acts for it: its name, in both languages, and its country
    "keeper": ("The Film Park", "影视园区", "CN"),
    "curator": ("Museum of the River", "江河博物馆", "CN"),
    "archivist": ("Lantern Archive", "灯笼档案馆", "CN"),
    "compositor": ("Harbour Post", "港口后期", "NL"),
    "rival": ("Deep Roto", "深描", "FR"),
    "producer": ("Lantern Pictures", "灯笼影业", "NL"),
}


def z(moment: datetime) -> str:
    """Return a moment as it is written."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def texture() -> bytes:
    """Return the museum's bronze as a picture file."""
    kept = io.BytesIO()
    Image.fromarray(scene(7, 640, 480)).save(kept, "png")
    return kept.getvalue()


@dataclass(frozen=True)
class Bought:
    """A licence that was ordered and paid for, and what it was paid by."""

    order: dict[str, Any]
    line: dict[str, Any]
    licence: dict[str, Any]
    call: bytes  # of the sandbox: what paid it


@dataclass
class Park:
    """The station, and whoever is there; `keys` are their tokens."""

    client: TestClient
    station: Station
    folder: Path  # for the media that are made
    keys: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    # --- asking --------------------------------------------------------------------------------

    def answer(self, who: str, method: str, path: str, **told: Any) -> Any:
        """Ask, and return the answer as it came; nobody: without a token."""
        headers = dict(told.pop("headers", None) or {})
        if who:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        return self.client.request(method, f"/api{path}", headers=headers, **told)

    def ask(self, who: str, method: str, path: str, status: int = 200, /, **told: Any) -> Any:
        """Ask, be answered as expected, and return what was told."""
        answer = self.answer(who, method, path, **told)
        assert answer.status_code == status, (method, path, answer.text)
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.json() if answer.content and is_json else answer

    def get(self, who: str, path: str, **asked: Any) -> Any:
        """Read something that is there."""
        return self.ask(who, "GET", path, params=asked)

    def post(self, who: str, path: str, body: Any = None, status: int = 201) -> Any:
        """Make or do something."""
        return self.ask(who, "POST", path, status, json=body)

    def upload(self, who: str, path: str, data: bytes, **told: str) -> Any:
        """Bring a file in one piece; return the answer to its last byte."""
        pairs = (
            f"{name} {base64.b64encode(each.encode()).decode()}" for name, each in told.items()
        )
        start = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": ",".join(pairs)}
        begun = self.answer(who, "POST", path, headers=start)
        assert begun.status_code == 201, begun.text
        where = begun.headers["location"].removeprefix("/api")
        kind = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        return self.ask(who, "PATCH", where, 204, content=data, headers=kind)

    def work_off(self, kind: str) -> None:
        """Do the jobs of a kind that wait, as a worker does."""
        todo = {PREPARE_JOB: (AssetPrepare, prepare), CHECK_JOB: (DeliveryCheck, check)}
        parameters, function = todo[kind]
        with self.station.reading() as connection:
            jobs = find_where(connection, Job, kind=kind)
        for job in jobs:
            desk = Desk(
                self.station.data, self.station.engine.url.render_as_string(hide_password=False),
                None, job.project_id or "", job.id, job.account_id, 1, 1, lambda *_: None,
            )  # fmt: skip
            function(parameters(**job.parameters), desk)

    # --- who is there --------------------------------------------------------------------------

    @cached_property
    def parties(self) -> dict[str, str]:
        """Let everybody come in, found a company, and be a party; return whose party is which."""
        self._first_account()
        lobby = self.post("keeper", "/organisations", {"name": "Reception"})["id"]
        for who in (*COMPANIES, "gaffer", "auditor"):
            if who != "keeper":
                self._invited(who, lobby)
        found = {who: self._company(who, *told) for who, told in COMPANIES.items()}
        own = {"country": "NL", "name_zh": "林可"}
        found["gaffer"] = self.post("gaffer", "/parties", own)["id"]
        park = self.get("keeper", f"/parties/{found['keeper']}")["organisation_id"]
        role = {"account_id": self.accounts["auditor"], "role": "producer"}
        self.post("keeper", f"/organisations/{park}/members", role)
        url = self.station.engine.url.render_as_string(hide_password=False)
        open_house_and_tell("The Film Park", self.station.data, url, None, country="CN", fee="10%")
        self.ask("keeper", "PUT", "/house/tax-rates/NL", json={"bp": DUTCH_TAX_BP})
        return found

    def _first_account(self) -> None:
        told = {"email": "keeper@park.example.org", "name": "Keeper", "password": PASSWORD}
        self._signed_in("keeper", self.client.post("/api/first-account", json=told))

    def _invited(self, who: str, lobby: str) -> None:
        invited = self.post("keeper", f"/organisations/{lobby}/invitations", {"role": "client"})
        told = {"email": f"{who}@park.example.org", "name": who.title(), "password": PASSWORD}
        body = {**told, "key": invited["key"]}
        self._signed_in(who, self.client.post("/api/invitations/account", json=body))

    def _signed_in(self, who: str, answer: Any) -> None:
        assert answer.status_code == 201, answer.text
        self.accounts[who] = answer.json()["id"]
        self.keys[who] = self.client.post("/api/tokens", json={"name": "park"}).json()["key"]
        self.client.cookies.clear()

    def _company(self, who: str, name: str, name_zh: str, country: str) -> str:
        made = self.post(who, "/organisations", {"name": name})
        told = {"organisation_id": made["id"], "country": country, "name_zh": name_zh}
        party: str = self.post(who, "/parties", told)["id"]
        return party

    # --- a museum's texture --------------------------------------------------------------------

    @cached_property
    def asset(self) -> dict[str, Any]:
        """Let the archive bring the bronze, prove what it holds, and the house let it be seen."""
        archive = self.parties["archivist"]
        told = {"kind": "material", "title": "Bronze mask, patina", "title_zh": "青铜面具·包浆"}
        asset = self.post("archivist", f"/parties/{archive}/assets", told)
        url = f"/assets/{asset['id']}"
        self.upload("archivist", f"{url}/uploads", texture(), filename="mask.png")
        self.work_off(PREPARE_JOB)
        paper = self.ask(
            "archivist", "POST", f"/parties/{archive}/documents?name=deed.pdf", 201,
            content=b"the museum lends its right",
            headers={"Content-Type": "application/octet-stream"},
        )  # fmt: skip
        holding = self.post("archivist", f"{url}/holdings", {
            "terms": {"starts_at": "2020-01-01T00:00:00Z", "is_exclusive": True},
            "document_id": paper["id"], "source_id": self.parties["curator"],
        })  # fmt: skip
        self.post("archivist", f"{url}/shares", {"parts": [
            {"party_id": self.parties["curator"], "bp": 3_333},
            {"party_id": archive, "bp": 6_667},
        ]})  # fmt: skip
        assert self.post("archivist", f"{url}/offer", status=200)["state"] == "review"
        verified = {"state": "verified"}
        self.post("keeper", f"/holdings/{holding['id']}/judgement", verified, 200)
        live: dict[str, Any] = self.post("keeper", f"{url}/judgement", {"approves": True}, 200)
        return live

    @cached_property
    def offer(self) -> dict[str, Any]:
        """Let the archive offer licences of it, for a price that explains itself."""
        made: dict[str, Any] = self.post("archivist", f"/assets/{self.asset['id']}/offers", {
            "template": "rights_managed", "currency": "CNY", "credit": "Museum of the River",
            "terms": {"starts_at": z(TODAY)},
            "price_rule": {
                "base": 100_01, "territories": {"001": "4", "NL": "1.5"}, "media": {"*": "1"},
                "term_days": [{"up_to": 365, "factor": "1"}, {"up_to": None, "factor": "2"}],
            },
        })  # fmt: skip
        return made

    def buy(self, who: str) -> Bought:
        """Ask for a quote (the Netherlands, a festival, two years), order it, and pay for it."""
        buyer = self.parties[who]
        terms = {"territories": ["NL"], "media": ["exhibition"], "starts_at": z(TODAY),
                 "ends_at": z(TODAY + TWO_YEARS)}  # fmt: skip
        asked = {"buyer_id": buyer, "terms": terms}
        quote = self.post(who, f"/offers/{self.offer['id']}/quotes", asked)
        assert quote["total"] == sum(each["amount"] for each in quote["lines"]) == 300_03
        order = self.post(who, f"/parties/{buyer}/orders", {"quote_ids": [quote["id"]]})
        (line,) = self.get(who, f"/orders/{order['id']}/lines")
        assert self.get(who, f"/licences/{line['licence_id']}")["state"] == "pending"
        call = self.pay(who, order["id"])
        licence = self.get(who, f"/licences/{line['licence_id']}")
        return Bought(order, line, licence, call)

    @cached_property
    def bought(self) -> Bought:
        """Let the post house buy a licence."""
        return self.buy("compositor")

    def pay(self, who: str, about_id: str) -> bytes:
        """Pay what a party is asked for something, by a signed call; return the call."""
        rows = self.get(who, f"/parties/{self.parties[who]}/payments")["rows"]
        (payment,) = [each for each in rows if each["about_id"] == about_id]
        told = {
            "event_id": f"evt_{payment['id']}", "kind": "payment.succeeded",
            "reference": payment["reference"], "amount": payment["amount"],
            "currency": payment["currency"],
        }  # fmt: skip
        body = json.dumps(told).encode()
        assert self.call(body)["outcome"] == "paid"
        return body

    def call(self, body: bytes) -> Any:
        """Call the station as the sandbox does: signed, and by nobody who is signed in."""
        signed = signature(sandbox_secret(self.station.data), body, int(time.time()))
        header = {"Mstation-Signature": signed}
        return self.ask("", "POST", "/settlement/sandbox", content=body, headers=header)

    # --- a film --------------------------------------------------------------------------------

    @cached_property
    def film(self) -> str:
        """Let the production publish its shot list, with a cut of previs that plays."""
        owner = self.get("producer", f"/parties/{self.parties['producer']}")["organisation_id"]
        film = self.post("producer", f"/organisations/{owner}/projects", {"name": "Night Train"})
        inside = f"/projects/{film['id']}"
        plan = self.post("producer", f"{inside}/script/plan", {"shots": SHOTS}, 200)
        body = {"shots": SHOTS, "plan": plan["digest"]}
        self.post("producer", f"{inside}/script", body, 200)
        self.post("producer", f"{inside}/cuts", {"shots": SHOTS, "build": "b1"})
        for label, (id_, frames) in self.shots_of(film["id"]).items():
            data = self.movie(f"{label}.mov", frames)
            self.upload("producer", f"{inside}/uploads", data, filename=f"{label}.mov")
            body = {"build": "b1", "frames": frames, "files": [_file(f"{label}.mov", data)]}
            self.post("producer", f"/entities/{id_}/versions", body)
        return str(film["id"])

    def shots_of(self, film: str) -> dict[str, tuple[str, int]]:
        """Return the shots of a film by label: id and frames."""
        rows = self.get("producer", f"/projects/{film}/entities", kind="shot")["rows"]
        return {each["label"]: (each["id"], each["frames"]) for each in rows}

    def movie(self, name: str, frames: int) -> bytes:
        """Make a movie whose frames can be told apart."""
        return write_movie(self.folder / name, frames=frames).read_bytes()

    # --- work for others -----------------------------------------------------------------------

    @cached_property
    def packages(self) -> list[dict[str, Any]]:
        """Let the production split its shots by scene, and publish a package of each."""
        inside = f"/projects/{self.film}"
        types = self.get("producer", f"{inside}/task-types")
        roto = next(each["id"] for each in types if each["of"] == "shot")
        wanted = {"rate": "24", "width": 320, "height": 180, "handles_frames": HANDLES}
        made = []
        for part in self.get("producer", f"{inside}/work-packages/split", by="scene"):
            body = {
                "title": f"Rotoscoping {part['title']}", "currency": "EUR", "type_id": roto,
                "items": part["items"], "specification": wanted,
                "bids_due_at": z(now() + timedelta(days=1)),
            }  # fmt: skip
            draft = self.post("producer", f"{inside}/work-packages", body)
            url = f"/work-packages/{draft['id']}/publish"
            made.append(self.post("producer", url, status=200))
        return made

    @cached_property
    def contracts(self) -> dict[str, dict[str, Any]]:
        """Let two bid on all, sealed; open them; award the first package to one, then the other."""
        bids = {"compositor": ROTO_EACH, "rival": RIVAL_EACH}
        winners = ("compositor", "rival")
        won = {}
        for package, winner in zip(self.packages, winners, strict=True):
            url = f"/work-packages/{package['id']}"
            for who, each in bids.items():
                lines = [{"label": item["label"], "amount": each} for item in package["items"]]
                tender = f"/parties/{self.parties[who]}/tenders/{package['id']}"
                assert self.get(who, tender)["items"][0]["entity_id"] is None
                assert self.post(who, f"{tender}/bid", {"lines": lines})["amount"] is None
            self.post("producer", f"{url}/opening", status=409)
            with self.station.reading() as connection:
                due = find(connection, WorkPackage, package["id"])
            pass_deadline(self.station, due)
            opened = self.post("producer", f"{url}/opening", status=200)["opened"]
            (best,) = [each for each in opened if each["party_id"] == self.parties[winner]]
            told = {"bid_id": best["id"], "reason": "they have the time for it"}
            won[winner] = self.post("producer", f"{url}/award", told)
        return won

    @cached_property
    def delivered(self) -> dict[str, Any]:
        """Let the production pay in, the post house deliver, and its work be accepted."""
        contract = self.contracts["compositor"]
        self.post("compositor", f"/contracts/{contract['id']}/shares", {"parts": [
            {"party_id": self.parties["compositor"], "bp": 9_000},
            {"party_id": self.parties["gaffer"], "bp": 1_000},
        ]})  # fmt: skip
        (planned,) = self.get("compositor", f"/contracts/{contract['id']}/milestones")
        url = f"/milestones/{planned['id']}"
        self.post("producer", f"{url}/payment")
        self.pay("producer", planned["id"])
        versions = self._roto()
        items = [{"label": label, "version_id": each} for label, each in versions.items()]
        sent = self.post("compositor", f"{url}/deliveries", {"items": items})
        self.post("producer", f"{url}/accept", status=409)  # nobody looked at it yet
        self.work_off(CHECK_JOB)
        checked = self.get("compositor", f"/work-deliveries/{sent['id']}")
        assert (checked["quality"], checked["report"]["findings"]) == ("passed", [])
        for version in versions.values():
            self.changed("producer", "PATCH", f"/versions/{version}", {"review": "approved"})
        done: dict[str, Any] = self.post("producer", f"{url}/accept", status=200)
        return done

    def _roto(self) -> dict[str, str]:
        """Return the versions that the post house made of its shots, by label."""
        inside, made = f"/projects/{self.film}", {}
        labels = {each["id"]: each for each in self.get("compositor", f"{inside}/entities")["rows"]}
        for task in self.get("compositor", f"{inside}/tasks")["rows"]:
            shot = labels[task["entity_id"]]
            name, frames = f"{shot['label']}_roto.mov", shot["frames"] + 2 * HANDLES
            data = self.movie(name, frames)
            told = {"filename": name, "task": task["id"]}
            self.upload("compositor", f"{inside}/uploads", data, **told)
            body = {"files": [_file(name, data)], "frames": frames, "head_frames": HANDLES}
            made[shot["label"]] = self.post("compositor", f"/tasks/{task['id']}/versions", body)
        return {label: each["id"] for label, each in made.items()}

    def changed(self, who: str, method: str, path: str, body: Any) -> Any:
        """Change what somebody has just read."""
        tag = self.answer(who, "GET", path).headers["etag"]
        return self.ask(who, method, path, json=body, headers={"If-Match": tag})

    # --- what is paid out ----------------------------------------------------------------------

    @cached_property
    def payouts(self) -> list[dict[str, Any]]:
        """Let the licence and the work be released, and everybody who is owed be paid out."""
        self.post("compositor", f"/order-lines/{self.bought.line['id']}/acceptance", status=200)
        assert self.delivered["state"] == "released"
        owed = [("archivist", "CNY"), ("curator", "CNY"), ("compositor", "EUR"), ("gaffer", "EUR")]
        return [self._paid_out(*each) for each in owed]

    def _paid_out(self, who: str, currency: str) -> dict[str, Any]:
        url = f"/parties/{self.parties[who]}"
        bank = {"holder": who.title(), "bank": "Bank of the River", "number": "622202020001"}
        self.ask(who, "PUT", f"{url}/bank-accounts/{currency}", json=bank)
        asked = self.post(who, f"{url}/payouts", {"currency": currency})
        sent = {"reference": f"bank {asked['id']}"}
        done: dict[str, Any] = self.post("keeper", f"/payouts/{asked['id']}/transfer", sent, 200)
        assert done["state"] == "sent"
        return done


def _file(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "digest": hashlib.sha256(data).hexdigest()}
