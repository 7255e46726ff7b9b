"""What people write in a row of `production.toml`: counts, sums, dates, places.

Raises, all of them:
    InvalidInput: names the row, the key, and what may stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mstation.breakdown.handwritten import Row
from mstation.errors import InvalidInput
from mstation.money import read_money
from mstation.schedule.production import Dates, Place

_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # beyond them calendars run out of dates


def list_of(row: Mapping[str, Any], key: str, where: Row) -> list[Any]:
    """Return a list; an empty one where nothing is said."""
    value = row.get(key, [])
    if not isinstance(value, list):
        raise where.refuse(f"`{key}` is a list: [ … ]", f"`{key}` 应为列表：[ … ]")
    return value


def words(row: Mapping[str, Any], key: str, where: Row) -> str:
    """Return words; none where nothing is said."""
    return where.words(row, key, "…") if key in row else ""


def number(row: Mapping[str, Any], key: str, where: Row) -> str:
    """Return a number of a scene, which may be written bare."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return where.words(row, key, "12")


def yes(row: Mapping[str, Any], key: str, where: Row, usual: bool) -> bool:
    """Return true or false."""
    value = row.get(key, usual)
    if not isinstance(value, bool):
        raise where.refuse(f"`{key}` is true or false", f"`{key}` 应为 true 或 false")
    return value


def count(row: Mapping[str, Any], key: str, where: Row, usual: int, most: int) -> int:
    """Return a whole number, the usual one where nothing is said."""
    value = row.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise where.refuse(
            f"`{key}` is a whole number from 0 to {most}", f"`{key}` 应为 0 到 {most} 之间的整数"
        )
    return value


def money(row: Mapping[str, Any], key: str, where: Row, currency: str) -> int:
    """Return a sum in minor units, nought where nothing is said."""
    value = row.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise where.refuse(f"`{key}` is a sum: 1500", f"`{key}` 应为金额：1500")
    try:
        found = read_money(str(value), currency).amount
    except InvalidInput as error:
        raise where.refuse(f"`{key}`: {error}", f"`{key}`：{error.told('zh')}") from error
    if found < 0:
        raise where.refuse(f"`{key}` is not less than nothing", f"`{key}` 不能小于零")
    return found


def day(row: Mapping[str, Any], key: str, where: Row) -> date:
    """Return a date."""
    return _as_day(row.get(key), key, where)


def _as_day(value: Any, key: str, where: Row) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise where.refuse(
            f"`{key}` is a date without quotation marks: {key} = 2027-03-01",
            f"`{key}` 应为不加引号的日期：{key} = 2027-03-01",
        )
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise where.refuse(
            f"`{key}` is {value}; a film is shot between {_FIRST_YEAR} and {_LAST_YEAR}",
            f"`{key}` 为 {value}；拍摄日期应在 {_FIRST_YEAR} 至 {_LAST_YEAR} 年之间",
        )
    return value


def days(row: Mapping[str, Any], key: str, where: Row) -> list[date]:
    """Return dates."""
    return [_as_day(each, key, where) for each in list_of(row, key, where)]


def spans(row: Mapping[str, Any], key: str, where: Row) -> tuple[Dates, ...]:
    """Return stretches of days; a date is a stretch of one."""
    return tuple(_span(each, key, where) for each in list_of(row, key, where))


def _span(value: Any, key: str, where: Row) -> Dates:
    """Return a stretch of days: a date is a stretch of one."""
    if not isinstance(value, dict):
        only = _as_day(value, key, where)
        return Dates(only, only)
    where.check_keys(value, ("first", "last"))
    first, last = day(value, "first", where), day(value, "last", where)
    if last < first:
        raise where.refuse(f"`{key}`: {last} is before {first}", f"`{key}`：{last} 早于 {first}")
    return Dates(first, last)


def place(row: Mapping[str, Any], where: Row) -> Place | None:
    """Return where something is, or None where nothing is said."""
    keys = [key for key in ("latitude", "longitude", "zone") if key in row]
    if not keys:
        return None
    if len(keys) < 3:
        raise where.refuse(
            "a place has `latitude`, `longitude` and `zone`, all three",
            "地点需要同时写 `latitude`、`longitude` 与 `zone`",
        )
    zone = where.words(row, "zone", "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise where.refuse(
            f"no time zone `{zone[:60]}` is known; write it as IANA does: Asia/Shanghai",
            f"未知时区 `{zone[:60]}`；请用 IANA 名称，例如 Asia/Shanghai",
        ) from error
    return Place(_degrees(row, "latitude", where, 90), _degrees(row, "longitude", where, 180), zone)


def _degrees(row: Mapping[str, Any], key: str, where: Row, most: int) -> float:
    value = row[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
        raise where.refuse(
            f"`{key}` is a number of degrees from −{most} to {most}",
            f"`{key}` 应为 −{most} 到 {most} 之间的度数",
        )
    return float(value)
