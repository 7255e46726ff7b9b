"""What a certificate says, line by line, in both languages: on paper and on the public page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mstation.station.exchange.holdings import RIGHTS_ZH
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.templates import Template, kept
from mstation.station.exchange.terms import RightKind

WORLD = "001"  # Source: UN M49
MEDIA = {
    Medium.THEATRICAL: "院线", Medium.TV: "电视", Medium.SVOD: "订阅点播", Medium.AVOD: "广告点播",
    Medium.WEB: "网络", Medium.SOCIAL: "社交媒体", Medium.GAME: "游戏", Medium.PRINT: "印刷",
    Medium.EXHIBITION: "展览", Medium.VR: "虚拟现实", Medium.INTERNAL: "内部使用",
}  # fmt: skip
_SHORT = {Medium.TV: "TV", Medium.SVOD: "SVOD", Medium.AVOD: "AVOD", Medium.VR: "VR"}


def rows_of(told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return English label, Chinese label and value of each line; what is not told has none.

    told: a certificate's document, or the public part of it.
    """
    work = both(told["asset"], told["asset_zh"])
    rows = [
        ("Licensor", "许可人", both(told["seller"], told["seller_zh"])),
        ("Licensee", "被许可人", both(told.get("licensee", ""), told.get("licensee_zh", ""))),
        ("Work", "作品", f"{work} — v{told['version']}"),
        ("Right", "权利", both(told["right_kind"], RIGHTS_ZH[RightKind(told["right_kind"])])),
        ("Terms", "许可类型", _terms(told["template"])),
        ("Territory", "地域", _territories(told["territories"])),
        ("Media", "媒介", _media(told["media"])),
        ("From", "起", day_of(told["starts_at"])),
        ("Until", "止", day_of(told["ends_at"]) if told["ends_at"] else "no end 无期限"),
        ("Exclusive", "独占", "exclusive 独占" if told["is_exclusive"] else "non-exclusive 非独占"),
        ("Seats", "席位", _number(told["seats"])),
        ("Print run", "印数", _number(told["print_run"])),
        ("Project", "项目", told.get("project", "")),
        ("Price", "价格", told.get("price", "")),
        ("Issued by", "签发", _issued(told)),
    ]
    return [row for row in rows if row[2]]


def day_of(moment: datetime | str) -> str:
    """Return a moment as people read it."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def both(english: str, chinese: str) -> str:
    """Return a name in both languages; once where they are one."""
    return english if chinese == english else f"{english} {chinese}".strip()


def _terms(template: str) -> str:
    told = kept(Template(template))
    return both(told.en, told.zh)


def _territories(codes: list[str]) -> str:
    return "worldwide 全球" if codes == [WORLD] else ", ".join(codes)


def _media(told: list[str]) -> str:
    media = [Medium(each) for each in told]
    if set(media) == set(Medium):
        return "all media 全部媒介"
    return ", ".join(both(_SHORT.get(each, str(each)), MEDIA[each]) for each in media)


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _issued(told: Mapping[str, Any]) -> str:
    at = told.get("issued_at")
    return f"{told['issuer']}, {day_of(at)}" if at else str(told["issuer"])
