"""Certificates of licences: paper and JSON say one thing, and every lie with them is found."""

from __future__ import annotations

import io
import json
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from mstation.errors import Conflict, InvalidInput
from mstation.station.blobs import read
from mstation.station.change import STATION
from mstation.station.exchange.authority import signer_of
from mstation.station.exchange.certificate_facts import CertificateFacts, document_of, facts_in
from mstation.station.exchange.certificate_json import read_json, write_json
from mstation.station.exchange.certificate_pdf import draw_certificate
from mstation.station.exchange.certificate_words import MEDIA, rows_of
from mstation.station.exchange.certificates import (
    LicenceCertificate,
    Standing,
    facts_of,
    note_certificate,
    standing_of,
    write_papers,
)
from mstation.station.exchange.chains import Signer
from mstation.station.exchange.licences import Licence, activate, revoke, suspend
from mstation.station.exchange.pades import read_paper, sign_paper
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.signatures import Signature
from mstation.station.exchange.verification import Verified, verify_file
from mstation.station.schema import now
from mstation.station.station import Station, connected
from tests.station.databases import NewDatabase
from tests.station.exchange.shop import END, START, Shop, open_shop
from tests.station.market import Market

ADDRESS = "https://station.example.org"
SVOD = {"media": [Medium.SVOD], "territories": ["NL", "FR"], "starts_at": START, "ends_at": END}
HTML = '<script>alert("x")</script> & <b>灯</b>'


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    return open_shop(station, market)


@pytest.fixture
def licence(shop: Shop) -> Licence:
    reserved = shop.reserve(shop.quote(shop.offer(), **SVOD))
    with shop.station.change(STATION) as change:
        return activate(change, reserved)


@dataclass(frozen=True, repr=False)  # what the papers hold would fill a failure's page
class Issued:
    facts: CertificateFacts
    paper: bytes
    signed: bytes
    roots: tuple[x509.Certificate, ...]


def issued(station: Station, licence: Licence, *, shows_price: bool = False) -> LicenceCertificate:
    with station.reading() as connection:
        facts = facts_of(connection, licence, shows_price=shows_price, at=now())
    papers = write_papers(station, facts, signer_of(station), ADDRESS)
    with station.change(STATION) as change:
        return note_certificate(change, licence, papers, shows_price=shows_price)


def verified(station: Station, data: bytes) -> Verified:
    path = station.uploads / "brought"
    path.write_bytes(data)
    return verify_file(station, path, now())


def roots_of(station: Station) -> tuple:  # type: ignore[type-arg]
    return (signer_of(station).chain[-1],)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def elsewhere(new_database: NewDatabase, tmp_path: Path) -> Signer:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    other = connected(new_database(), folder=folder)
    signer = signer_of(other)
    other.close()
    return signer


def test_paper_and_json_are_intact_and_say_one_thing(station: Station, licence: Licence) -> None:
    made = issued(station, licence, shows_price=True)
    paper, signed = (read(station.blobs, each) for each in (made.pdf_digest, made.json_digest))
    facts, found = read_json(signed, roots_of(station))
    assert found.signature is Signature.INTACT
    assert facts.number == licence.number
    assert facts.territories == ("FR", "NL")
    told = text_of(paper)
    for english, chinese, value in rows_of(document_of(facts)):
        assert f"{english} {chinese}" in told
        assert value in " ".join(told.split()), english
    assert facts.policy_digest[:32] in told
    assert facts.digest[32:] in told
    for data in (paper, signed):
        proof = verified(station, data)
        assert (proof.signature, proof.standing) == (Signature.INTACT, Standing.ACTIVE)
        assert proof.number == licence.number
        assert proof.facts["asset_zh"] == "青铜灯"
    assert proof.agrees is True


def test_every_medium_has_its_chinese_word() -> None:
    assert set(MEDIA) == set(Medium)


def test_prices_are_told_only_where_they_are_wished(station: Station, licence: Licence) -> None:
    dear, plain = issued(station, licence, shows_price=True), issued(station, licence)
    papers = [read(station.blobs, each.pdf_digest) for each in (dear, plain)]
    with station.reading() as connection:
        price = facts_of(connection, licence, shows_price=True, at=now()).price
    assert price
    assert [price in text_of(each) for each in papers] == [True, False]
    for each in papers:
        told = verified(station, each).facts
        assert not {"price", "licensee", "licensee_zh", "project"} & told.keys()


def test_a_certificate_is_issued_once_and_only_of_what_holds(
    station: Station, shop: Shop, licence: Licence
) -> None:
    assert issued(station, licence) == issued(station, licence)
    with station.change(STATION) as change:
        suspended = suspend(change, licence, "disputed")
    with pytest.raises(Conflict, match="is suspended; a certificate is issued for one"):
        issued(station, suspended)


def test_of_many_who_issue_at_once_all_get_one_certificate(
    station: Station, licence: Licence
) -> None:
    with station.reading() as connection:
        facts = facts_of(connection, licence, shows_price=False, at=now())
    papers = write_papers(station, facts, signer_of(station), ADDRESS)

    def note(_: int) -> LicenceCertificate:
        with station.change(STATION) as change:
            return note_certificate(change, licence, papers, shows_price=False)

    with ThreadPoolExecutor(6) as pool:
        assert len({each.id for each in pool.map(note, range(12))}) == 1


def test_what_a_licence_became_is_told_apart_from_its_signature(
    station: Station, licence: Licence
) -> None:
    made = issued(station, licence)
    paper = read(station.blobs, made.pdf_digest)
    assert standing_of(licence, START - timedelta(1)) is Standing.NOT_YET
    assert standing_of(licence, START) is Standing.ACTIVE
    assert standing_of(licence, END - timedelta(seconds=1)) is Standing.ACTIVE
    assert standing_of(licence, END) is Standing.EXPIRED
    with station.change(STATION) as change:
        revoke(change, licence, "not paid")
    proof = verified(station, paper)
    assert (proof.signature, proof.standing) == (Signature.INTACT, Standing.REVOKED)


def test_a_forged_certificate_is_told_apart_from_an_altered_one(
    station: Station, licence: Licence, new_database: NewDatabase, tmp_path: Path
) -> None:
    forger = elsewhere(new_database, tmp_path)
    with station.reading() as connection:
        facts = facts_of(connection, licence, shows_price=False, at=now())
    drawn = draw_certificate(facts, ADDRESS)
    forged = sign_paper(drawn, forger, name="The Film Park", reason="a licence")
    assert verified(station, forged).signature is Signature.FORGED
    assert verified(station, write_json(facts, forger)).signature is Signature.FORGED
    assert verified(station, drawn).signature is Signature.NONE
    bare = json.dumps({"certificate": document_of(facts)}).encode()
    assert verified(station, bare).signature is Signature.NONE
    for each in (forged, drawn, bare):  # what it says is nothing that we say
        assert verified(station, each).facts == {}


EDITS = {
    "territories": ["001"], "is_exclusive": False, "ends_at": None, "licensee": HTML,
    "number": "MS-2026-AAAAAA-A", "policy_digest": "0" * 64, "price": "CNY 1.00", "seats": 99,
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_json_is_altered(station: Station, licence: Licence, name: str) -> None:
    signed = json.loads(read(station.blobs, issued(station, licence).json_digest))
    signed["certificate"][name] = EDITS[name]
    proof = verified(station, json.dumps(signed).encode())
    assert (proof.signature, proof.standing) == (Signature.ALTERED, None)


def test_a_swapped_certificate_or_algorithm_is_found(
    station: Station, licence: Licence, new_database: NewDatabase, tmp_path: Path
) -> None:
    signed = json.loads(read(station.blobs, issued(station, licence).json_digest))
    head, _, signature = signed["jws"].split(".")
    header = json.loads(urlsafe_b64decode(head + "=="))
    thief = elsewhere(new_database, tmp_path)

    def worth(**told: object) -> Signature:
        changed = json.dumps({**header, **told}).encode()
        jws = f"{urlsafe_b64encode(changed).decode().rstrip('=')}..{signature}"
        whole = json.dumps({**signed, "jws": jws}).encode()
        return read_json(whole, roots_of(station))[1].signature

    ours, theirs = (
        [b64encode(each.public_bytes(Encoding.DER)).decode() for each in signer.chain]
        for signer in (signer_of(station), thief)
    )
    assert worth(x5c=theirs) is Signature.FORGED
    assert worth(x5c=[theirs[0], *ours]) is Signature.FORGED
    assert worth(x5c=ours[1:]) is Signature.ALTERED  # the root itself signed nothing
    assert worth(alg="none") is Signature.ALTERED
    assert worth(alg="HS256") is Signature.ALTERED
    assert worth(iat=0) is Signature.FORGED  # before the certificate began
    assert worth(x5c=[]) is Signature.NONE
    assert worth(x5c=["!"]) is Signature.NONE
    assert worth(iat="soon") is Signature.NONE
    for jws in ("", "..", "a.b.c", f"{head}.e30.{signature}", f"{head}..", f"{head}..é"):
        found = read_json(json.dumps({**signed, "jws": jws}).encode(), roots_of(station))[1]
        assert found.signature is not Signature.INTACT, jws


@settings(max_examples=40, deadline=None)
@given(chance=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_leaves_a_certificate_intact_that_says_something_else(
    papers: Issued,
    chance: float,
    bit: int,  # type: ignore[type-arg]
) -> None:
    facts, paper, signed, roots = papers.facts, papers.paper, papers.signed, papers.roots

    def flipped(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[int(chance * len(data))] ^= 1 << bit
        return bytes(changed)

    try:
        told, found = read_json(flipped(signed), roots)
        assert found.signature is not Signature.INTACT or told == facts
    except InvalidInput:
        pass
    try:
        _, found = read_paper(flipped(paper), roots)
        if found.signature is Signature.INTACT:  # within the filling behind the signature
            assert text_of(flipped(paper)) == text_of(paper)
    except InvalidInput:
        pass


@pytest.fixture(scope="module")
def papers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Issued:
    folder = tmp_path_factory.mktemp("papers")
    from mstation.station.station import open_station

    station = open_station(f"sqlite:///{folder / 'station.db'}", folder=folder)
    signer = signer_of(station)
    facts = CertificateFacts(
        "MS-2026-7K3F9Q-T", "0" * 20, "The Film Park", "Lantern Archive", "灯笼资料馆", HTML, HTML,
        HTML * 2, "青铜面具" * 20, "1" * 20, 3, "ab" * 32, "rights_managed", "copyright",
        ("NL", "DE"), ("svod",), START, None, True, 5, 5000, HTML, "CNY 12,000.00", "cd" * 32,
        now(),
    )  # fmt: skip
    paper = sign_paper(draw_certificate(facts, ADDRESS), signer, name="a", reason="b")
    told = Issued(facts, paper, write_json(facts, signer), (signer.chain[-1],))
    station.close()
    return told


def test_names_with_markup_are_printed_as_they_are(
    papers: Issued,
) -> None:
    facts, paper, signed, roots = papers.facts, papers.paper, papers.signed, papers.roots
    assert facts_in(document_of(facts)) == facts
    assert read_json(signed, roots)[0] == facts
    told = "".join(text_of(paper).split())
    assert "".join(HTML.split()) in told
    assert "noend无期限" in told


def test_what_was_written_behind_a_signed_paper_alters_it(
    papers: Issued,
) -> None:
    paper, roots = papers.paper, papers.roots
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    writer.root["/Lang"] = writer.root["/Lang"].__class__("nl")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    for each in (out.getvalue(), paper + b"\n%% and more\n"):
        assert read_paper(each, roots)[1].signature is Signature.ALTERED


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b"{" * 90_000, b'{"certificate": {}}', b'{"certificate": 1}',
     b'{"certificate": {"schema": "mstation.licence-certificate/1"}}', b"not JSON at all"],
)  # fmt: skip
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="no certificate of a licence"):
        read_json(data, ())


def test_a_pdf_that_is_none_is_refused(station: Station, licence: Licence) -> None:
    paper = read(station.blobs, issued(station, licence).pdf_digest)
    for data in (b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 9000, paper[: len(paper) // 2]):
        with pytest.raises(InvalidInput, match="damaged or cut off"):
            verified(station, data)


def test_a_certificate_of_a_number_that_is_not_here_is_intact_and_stands_nowhere(
    station: Station, licence: Licence
) -> None:
    with station.reading() as connection:
        facts = facts_of(connection, licence, shows_price=False, at=now())
    other = replace(facts, number="MS-2026-7K3F9Q-T")
    proof = verified(station, write_json(other, signer_of(station)))
    assert (proof.signature, proof.standing) == (Signature.INTACT, None)


def test_a_certificate_agrees_with_the_record_though_names_change(
    station: Station, shop: Shop, licence: Licence
) -> None:
    signed = read(station.blobs, issued(station, licence).json_digest)
    with station.change(STATION) as change:
        change.edit(shop.asset, title="Renamed")
    assert verified(station, signed).agrees is True
    with station.reading() as connection:
        facts = facts_of(connection, licence, shows_price=False, at=now())
    more = write_json(replace(facts, territories=("001",)), signer_of(station))
    assert verified(station, more).agrees is False
