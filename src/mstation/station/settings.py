"""`station.toml`: what a station is told beside its database. It is read once, when it starts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from mstation.errors import InvalidInput, StoreFailed, refusal_zh

SETTINGS_FILE = "station.toml"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

Word = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
Text = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people by OpenID Connect.

    name: as it stands in addresses: `/api/openid/NAME`.
    makes_accounts: whether somebody whom it vouches for, and nobody knows here, gets an account.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: Word
    label: Text
    issuer: Text
    client_id: Text
    client_secret: str = field(default="", repr=False)
    makes_accounts: bool = False


@dataclass(frozen=True, slots=True)
class Signing:
    """By whose certificate a station signs, where it is not by its own: two files in PEM."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    certificate: str = ""  # the chain, the key's own certificate first
    key: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a station is told: where people reach it, who vouches for them, by what it signs."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    address: str = ""
    providers: tuple[Provider, ...] = ()
    signing: Signing = Signing()


def read_settings(path: Path) -> Settings:
    """Return the settings of a file.

    Raises:
        InvalidInput: when it holds what is no setting, or one that cannot be.
        StoreFailed: when it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StoreFailed(
            f"cannot read {path}: {error.strerror}", zh=f"无法读取 {path}：{refusal_zh(error)}"
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput("it is not UTF-8", path=str(path), zh="不是 UTF-8 文本") from error
    try:
        settings = TypeAdapter(Settings).validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(str(error), path=str(path), zh=f"TOML 有误：{error}") from error
    except ValidationError as error:
        raise InvalidInput(
            faults := "; ".join(_fault(each["loc"], each["msg"]) for each in error.errors()),
            path=str(path),
            zh=f"设置有误：{faults}",
        ) from error
    _check(settings, path)
    return settings


def settings_beside(data: Path) -> Settings:
    """Return the settings in a station's folder; the usual ones where there is no file."""
    path = data / SETTINGS_FILE
    return read_settings(path) if path.exists() else Settings()


def is_safe(address: str) -> bool:
    """Return whether secrets may be sent to an address: by TLS, or within this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _fault(where: tuple[int | str, ...], what: str) -> str:
    return f"{'.'.join(str(part) for part in where)}: {what}"


def _check(settings: Settings, path: Path) -> None:
    if bool(settings.signing.certificate) is not bool(settings.signing.key):
        raise InvalidInput(
            "[signing] names both a certificate and its key",
            path=str(path),
            zh="[signing] 须同时给出 certificate 与 key",
        )
    names = [provider.name for provider in settings.providers]
    if len(set(names)) < len(names):
        raise InvalidInput("two providers have one name", path=str(path), zh="身份提供方名称重复")
    if settings.providers and not settings.address:
        raise InvalidInput(
            'providers send people back to the station: say where it is, `address = "https://…"`',
            path=str(path),
            zh='身份提供方需要知道本站地址：请填写 `address = "https://…"`',
        )
    for provider in settings.providers:
        if not is_safe(provider.issuer):
            raise InvalidInput(
                f"the issuer of `{provider.name}` begins with https://",
                path=str(path),
                zh=f"`{provider.name}` 的 issuer 应以 https:// 开头",
            )
