"""The station's authority: one of it, its keys private, what it signed believed later."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID

from mstation.errors import InvalidInput, StoreFailed
from mstation.station.backup import restore_backup, write_backup
from mstation.station.change import STATION, find_where
from mstation.station.exchange import authority
from mstation.station.exchange.authority import (
    Certificate,
    Standing,
    believed,
    distrust,
    signer_of,
)
from mstation.station.exchange.chains import Signer, fingerprint, is_issued_by
from mstation.station.schema import now
from mstation.station.settings import Signing
from mstation.station.station import Station, connected
from tests.station.databases import NewDatabase


def is_believed(station: Station, signer: Signer, chain_length: int = 1) -> bool:
    with station.reading() as connection:
        return is_issued_by(signer.chain[:chain_length], believed(connection), now())


def test_one_authority_is_made_by_many_who_ask_at_once(station: Station) -> None:
    others = [connected(str(station.engine.url.render_as_string(hide_password=False)),
                        folder=station.data) for _ in range(4)]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        signers = list(pool.map(signer_of, others))
    for other in others:
        other.close()
    assert len({fingerprint(each.certificate) for each in signers}) == 1
    with station.reading() as connection:
        standings = [each.standing for each in find_where(connection, Certificate)]
    assert sorted(standings) == [Standing.ROOT, Standing.SIGNER]


def test_keys_are_for_the_stations_user_alone(station: Station) -> None:
    signer_of(station)
    folder = station.data / authority.FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "lock": 0o600, "root.pem": 0o600, "signer.pem": 0o600,
    }  # fmt: skip


def test_a_signer_signs_mail_and_no_certificates(station: Station) -> None:
    signer = signer_of(station)
    usage = signer.certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    forger = ec.generate_private_key(ec.SECP256R1())
    made = authority._certificate(  # a certificate that the signer was made to sign
        authority._name("Forger"), signer.certificate.subject, signer.key, forger.public_key(),
        timedelta(days=9), is_root=False,
    )  # fmt: skip
    assert is_believed(station, signer)
    assert not is_believed(station, Signer(forger, (made, *signer.chain)), 3)


def test_another_signer_follows_after_a_year_and_the_first_stays_believed(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = signer_of(station)
    assert fingerprint(signer_of(station).certificate) == fingerprint(first.certificate)
    monkeypatch.setattr(authority, "SIGNS_FOR", timedelta(0))
    monkeypatch.setattr(authority, "_EARLIER", timedelta(0))
    second = signer_of(station)
    assert fingerprint(second.certificate) != fingerprint(first.certificate)
    assert second.chain[1:] == first.chain[1:]
    assert is_believed(station, first)


def test_after_a_restore_keys_are_new_and_old_signatures_are_believed(
    station: Station, new_database: NewDatabase, tmp_path: Path
) -> None:
    old = signer_of(station)
    packed = tmp_path / "station.zip"
    write_backup(station, packed)
    assert b"PRIVATE KEY" not in packed.read_bytes()
    address, data = new_database(), tmp_path / "restored"
    data.mkdir()
    restore_backup(packed, address, data)
    restored = connected(address, folder=data)
    new = signer_of(restored)
    assert fingerprint(new.chain[-1]) != fingerprint(old.chain[-1])
    assert is_believed(restored, old)
    assert is_believed(restored, new)
    restored.close()


def test_a_stolen_root_is_distrusted_and_another_takes_its_place(station: Station) -> None:
    stolen = signer_of(station)
    with station.change(STATION) as change:
        (root,) = find_where(change.connection, Certificate, standing=Standing.ROOT)
        distrust(change, root)
    assert not is_believed(station, stolen)
    fresh = signer_of(station)
    assert fingerprint(fresh.chain[-1]) != fingerprint(stolen.chain[-1])
    assert is_believed(station, fresh)


def _files(folder: Path, signer: Signer, key: ec.EllipticCurvePrivateKey | None = None) -> Signing:
    certificate, private = folder / "chain.pem", folder / "key.pem"
    certificate.write_text(signer.pem)
    private.write_bytes((key or signer.key).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ))  # fmt: skip
    return Signing(str(certificate), str(private))


def test_a_certificate_of_the_settings_signs_and_is_believed_when_it_is_gone(
    station: Station, new_database: NewDatabase, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere = connected(new_database(), folder=folder)
    bought = signer_of(elsewhere)
    assert not is_believed(station, bought)
    signer = signer_of(station, _files(tmp_path, bought))
    assert signer.chain == bought.chain
    signer_of(station)
    assert is_believed(station, bought)
    elsewhere.close()


def test_a_certificate_that_cannot_sign_is_refused_with_the_reason(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = signer_of(station)
    another = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(InvalidInput, match=r"chain\.pem: the first certificate is not the key's"):
        signer_of(station, _files(tmp_path, signer, another))
    with pytest.raises(InvalidInput, match="not of the curve P-256"):
        signer_of(station, _files(tmp_path, signer, ec.generate_private_key(ec.SECP384R1())))
    told = _files(tmp_path, signer)
    with pytest.raises(InvalidInput, match="no private key"):
        signer_of(station, Signing(told.certificate, told.certificate))
    with pytest.raises(StoreFailed, match="cannot use"):
        signer_of(station, Signing(told.certificate, str(tmp_path / "nowhere.pem")))
    monkeypatch.setattr(authority, "now", lambda: now() + timedelta(days=9000))
    with pytest.raises(InvalidInput, match="the certificate ended on"):
        signer_of(station, told)
