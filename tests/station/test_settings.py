"""What a station is told in its file, and what it refuses to be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mstation.errors import InvalidInput, StoreFailed
from mstation.station.settings import Settings, read_settings, settings_beside

WHOLE = """
address = "https://station.example.org"
[[providers]]
name = "studio"
label = "灯笼影业"
issuer = "https://id.example.org"
client_id = "mstation"
client_secret = "between us"
"""


def test_a_station_without_a_file_has_no_providers(tmp_path: Path) -> None:
    assert settings_beside(tmp_path) == Settings()


def test_the_file_in_the_data_folder_is_read_and_keeps_its_secret(tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text(WHOLE, encoding="utf-8")
    settings = settings_beside(tmp_path)
    (provider,) = settings.providers
    assert (provider.label, provider.makes_accounts) == ("灯笼影业", False)
    assert "between us" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("address = ", "station.toml"),
        ("adress = 1", "adress"),
        (WHOLE.replace('name = "studio"', 'name = "a/b"'), "providers.0.name"),
        (WHOLE.replace("client_id", "client"), "client_id"),
        (WHOLE.replace("https://id.", "http://id."), "https://"),
        (WHOLE.replace("address", "#"), "address"),
        (WHOLE + WHOLE[WHOLE.index("[[") :], "one name"),
        ('[signing]\ncertificate = "chain.pem"', "both a certificate and its key"),
        ('[signing]\nkey = "key.pem"', "both a certificate and its key"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(tmp_path: Path, wrong: str, told: str) -> None:
    path = tmp_path / "station.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(InvalidInput, match=told) as refused:
        read_settings(path)
    assert refused.value.zh
    with pytest.raises(StoreFailed):
        read_settings(tmp_path / "nothere.toml")
