"""Assets as a sheet: out under headings that never change, and in, all of it or nothing.

Rows with an ID change that asset, rows without begin a new one. What the station knows of the
content stands in columns of its own, which are read over on the way back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Select, String, Table, select

from mstation.errors import InvalidInput, MStationError, Tongue
from mstation.station.accounts import written
from mstation.station.change import Change, find_where
from mstation.station.exchange.assets import (
    Asset,
    AssetKind,
    add_asset,
    asset_versions,
    assets,
    edit_asset,
)
from mstation.station.ids import new_id
from mstation.station.parties import Party
from mstation.station.production.columns import folded
from mstation.station.production.faults import Faults
from mstation.station.production.sheet_files import Cell
from mstation.station.production.sheet_reading import numbered_rows
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.wording import prose


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its key, its headings, and what its cells mean; None: they are read over."""

    key: str
    en: str
    zh: str
    reads: Callable[[str], Any] | None = None

    def heading(self, tongue: Tongue) -> str:
        """Return what stands above the column."""
        return self.zh if tongue == "zh" else self.en


def _kind(cell: str) -> AssetKind:
    told = cell.strip().casefold()
    for kind, zh in _KINDS_ZH.items():
        if told in (kind, zh):
            return kind
    known = ", ".join(AssetKind)
    raise InvalidInput(
        f"`{cell[:40]}` is no kind of asset; there are {known}",
        zh=f"`{cell[:40]}` 不是素材类型；可用：{'、'.join(_KINDS_ZH.values())}",
    )


def _title(cell: str) -> str:
    return written(cell) if cell.strip() else ""


def _description(cell: str) -> str:
    return prose(cell, "description", "说明")


_KINDS_ZH = {
    AssetKind.IMAGE: "图片", AssetKind.VIDEO: "视频", AssetKind.AUDIO: "音频",
    AssetKind.MODEL: "模型", AssetKind.MATERIAL: "材质", AssetKind.SCAN: "扫描",
    AssetKind.SCRIPT: "剧本", AssetKind.HERITAGE: "文物",
}  # fmt: skip
_COLUMNS = (
    _Column("id", "ID", "编号", str.strip),
    _Column("kind", "Kind", "类型", _kind),
    _Column("title", "Title", "英文标题", _title),
    _Column("title_zh", "Chinese title", "中文标题", _title),
    _Column("description", "Description", "说明", _description),
    _Column("state", "State", "状态"),
    _Column("name", "File", "文件"),
    _Column("number", "Version", "版本"),
    _Column("media_type", "Media type", "媒体类型"),
    _Column("size", "Bytes", "字节"),
    _Column("width", "Width", "宽"),
    _Column("height", "Height", "高"),
    _Column("duration_s", "Seconds", "时长（秒）"),
    _Column("triangles", "Triangles", "三角面"),
    _Column("digest", "SHA-256", "SHA-256"),
)
_OF_THE_FILE = ("width", "height", "duration_s", "triangles")
_BY_HEADING = {
    folded(name): column for column in _COLUMNS for name in (column.key, column.en, column.zh)
}


@dataclass(frozen=True, slots=True)
class AssetImport:
    """A sheet that was taken in: by whom, and what it did."""

    id: str
    revision: int
    party_id: str
    account_id: str | None
    made_at: datetime
    sheet_sha256: str  # of the file, hexadecimal; the file is not kept
    added: int
    changed: int
    unchanged: int


asset_imports = keep(
    AssetImport,
    Table(
        "asset_imports",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("made_at", Moment, nullable=False),
        Column("sheet_sha256", String(64), nullable=False),
        Column("added", Integer, nullable=False),
        Column("changed", Integer, nullable=False),
        Column("unchanged", Integer, nullable=False),
    ),
)


def asset_rows(
    connection: Connection, query: Select[Any], tongue: Tongue
) -> Iterator[Sequence[Cell]]:
    """Yield the headings, then the assets of a question, each with the version that is shown."""
    yield [column.heading(tongue) for column in _COLUMNS]
    asked = query.order_by(assets.c.id).subquery()
    whole = select(
        asked, asset_versions.c.number, asset_versions.c.name, asset_versions.c.media_type,
        asset_versions.c.size, asset_versions.c.media, asset_versions.c.digest,
    ).outerjoin(asset_versions, asset_versions.c.id == asked.c.version_id)  # fmt: skip
    for row in connection.execute(whole.order_by(asked.c.id)).mappings():
        media = row["media"] or {}
        values = {**row, **{name: media.get(name) for name in _OF_THE_FILE}}
        yield [_cell(values[column.key]) for column in _COLUMNS]


def take_in_assets(change: Change, owner: Party, data: bytes) -> AssetImport:
    """Add and change what a file says, all of it.

    Raises:
        Faulty: when any row has a fault: all are told by row and column, nothing is changed.
        InvalidInput: when the file cannot be read at all.
    """
    faults = Faults()
    rows = list(_read(data, faults))
    faults.refuse()
    known = {asset.id: asset for asset in find_where(change.connection, Asset, party_id=owner.id)}
    counts: dict[str, Any] = {"added": 0, "changed": 0, "unchanged": 0}
    seen: set[str] = set()
    for number, values in rows:
        try:
            counts[_taken_in(change, owner, known, seen, values)] += 1
        except MStationError as error:
            faults.add_at(number, error)
    faults.refuse()
    digest = hashlib.sha256(data).hexdigest()
    own = (owner.id, change.actor.account_id, change.at, digest)
    return change.add(AssetImport(new_id(), 1, *own, **counts))


def _taken_in(
    change: Change, owner: Party, known: dict[str, Asset], seen: set[str], values: dict[str, Any]
) -> str:
    """Do what a row says, and return what that was."""
    id_ = values.pop("id", "")
    if not id_:
        if "kind" not in values:
            raise InvalidInput("a new asset has a kind", zh="新素材须注明类型")
        add_asset(change, owner, **{"title": "", **values})
        return "added"
    asset = known.get(id_)
    if asset is None:
        raise InvalidInput(
            f"there is no asset `{id_[:40]}` of yours; leave the ID out to begin one",
            zh=f"您没有素材 `{id_[:40]}`；新建请留空编号",
        )
    if id_ in seen:
        raise InvalidInput(f"`{id_}` stands there twice", zh=f"`{id_}` 重复出现")
    seen.add(id_)
    return "unchanged" if edit_asset(change, asset, **values) == asset else "changed"


def _read(data: bytes, faults: Faults) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what rows say, each with its number; the headings are row 1."""
    rows = numbered_rows(data)
    _, headings = next(rows, (1, []))
    columns = [_column(heading, faults) for heading in headings]
    doubled = {each.key for each in columns if each is not None and columns.count(each) > 1}
    if doubled:
        told = ", ".join(sorted(doubled))
        faults.add_at(1, InvalidInput(f"columns stand there twice: {told}", zh=f"列重复：{told}"))
    if not any(column is not None and column.reads is not None for column in columns):
        faults.add_at(1, InvalidInput("there are no headings", zh="没有标题行"))
    if faults.count:
        return
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            yield number, _values(number, cells, columns, faults)


def _column(heading: str, faults: Faults) -> _Column | None:
    column = _BY_HEADING.get(folded(heading))
    if column is None and heading.strip():
        told = InvalidInput(
            f"there is no column `{heading[:40]}`; take it out",
            zh=f"没有「{heading[:40]}」列",
        )
        faults.add_at(1, told)
    return column


def _values(
    number: int, cells: list[str], columns: list[_Column | None], faults: Faults
) -> dict[str, Any]:
    values = {}
    cells = cells + [""] * (len(columns) - len(cells))
    for place, cell in enumerate(cells):
        column = columns[place] if place < len(columns) else None
        try:
            if column is None:
                _require_empty(cell)
            elif column.reads is not None:
                values[column.key] = column.reads(cell)
        except InvalidInput as error:
            faults.add_at(number, error, heading=None if column is None else column.en)
    return values


def _require_empty(cell: str) -> None:
    if cell.strip():
        raise InvalidInput(
            f"`{cell[:40]}` stands under no heading", zh=f"`{cell[:40]}` 上方没有标题"
        )


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    return value if isinstance(value, int | float) else str(value)
