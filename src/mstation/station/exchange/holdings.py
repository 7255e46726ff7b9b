"""Holdings: which rights a seller has, from whom, proved by what; and what of a sale is missing.

What nobody proved, or somebody disputes, counts for nothing: what a seller does not hold is not
offered and not licensed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import JSON, Column, Connection, ForeignKey, Integer, String, Table

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import Actor, Change, find_where, hold
from mstation.station.exchange.assets import Asset, assets
from mstation.station.exchange.documents import require_own_document
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.terms import RightKind, Terms, span
from mstation.station.exchange.territories import written_shortly
from mstation.station.ids import new_id
from mstation.station.intervals import Interval, joined
from mstation.station.parties import WHOLE_BP, House, acting_for, may_act_for
from mstation.station.schema import Id, keep, metadata, own_columns


class Evidence(StrEnum):
    """How far it is known that a seller holds a right."""

    CLAIMED = "claimed"  # said, and nothing more
    EVIDENCED = "evidenced"  # a paper says so
    VERIFIED = "verified"  # the house read the paper
    DISPUTED = "disputed"


COUNTING = (Evidence.EVIDENCED, Evidence.VERIFIED)


@dataclass(frozen=True, slots=True)
class Holding:
    """A right in an asset that its owner (party_id) holds, or a share of it.

    source_id: from whom, where not from themselves: a museum, an author.
    terms: of what it goes; exclusive: nobody else holds it.
    """

    id: str
    revision: int
    party_id: str
    asset_id: str
    right_kind: RightKind
    terms: Terms
    percent_bp: int  # basis points of the right
    state: Evidence
    source_id: str | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Cells that a seller does not hold: in these media, these countries, at these times."""

    media: tuple[Medium, ...]
    territories: tuple[str, ...]
    times: tuple[Interval, ...]


holdings = keep(
    Holding,
    Table(
        "holdings",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("asset_id", Id, ForeignKey("assets.id"), nullable=False, index=True),
        Column("right_kind", String(16), nullable=False),
        Column("terms", JSON, nullable=False),
        Column("percent_bp", Integer, nullable=False),
        Column("state", String(16), nullable=False),
        Column("source_id", Id, ForeignKey("parties.id")),
        Column("document_id", Id, ForeignKey("documents.id")),
    ),
)


def add_holding(
    change: Change, asset: Asset, terms: Terms, *, percent_bp: int = WHOLE_BP,
    source_id: str | None = None, document_id: str | None = None,
) -> Holding:  # fmt: skip
    """Say which right the owner of an asset holds: claimed, or evidenced by a paper.

    Raises:
        InvalidInput: when the paper is another party's, or the share none.
    """
    require_own_document(change.connection, asset.party_id, document_id)
    if not 1 <= percent_bp <= WHOLE_BP:
        raise InvalidInput(
            "a share is 1 to 10000 basis points of the right", zh="份额应为 1 至 10000 个基点"
        )
    hold(change.connection, assets, asset.id)
    state = Evidence.CLAIMED if document_id is None else Evidence.EVIDENCED
    own = (asset.party_id, asset.id, terms.right_kind, terms, percent_bp, state)
    return change.add(Holding(new_id(), 1, *own, source_id, document_id))


def judge_holding(change: Change, holding: Holding, state: Evidence) -> Holding:
    """Say as the house whether a right is held.

    Raises:
        InvalidInput: when it would be verified without a paper.
    """
    if state in COUNTING and holding.document_id is None:
        raise InvalidInput(
            "a right without a paper stays claimed; bring the document that proves it",
            zh="没有证明文件的权利只能是“声称”；请先提交证明文件",
        )
    hold(change.connection, assets, holding.asset_id)  # whoever reserves now waits, or came before
    return change.edit(holding, state=state)


def remove_holding(change: Change, holding: Holding) -> None:
    """Take back that a right is held."""
    hold(change.connection, assets, holding.asset_id)
    change.remove(holding)


def require_reader(connection: Connection, actor: Actor, party_id: str) -> None:
    """Refuse to show a party's holdings and papers to others than its people and the house.

    Raises:
        NotFound: when somebody else asks.
        Forbidden: when their role does not allow it.
    """
    is_judge = any(
        may_act_for(connection, actor, house.party_id, "holdings.judge")
        for house in find_where(connection, House)
    )
    if not is_judge:
        acting_for(connection, actor, party_id, "holdings.read")


def missing(held: Iterable[Holding], terms: Terms) -> tuple[Missing, ...]:
    """Return what of some terms is not held: by place, medium and time, all of the right."""
    counting = [
        each
        for each in held
        if each.state in COUNTING
        and each.right_kind is terms.right_kind
        and (each.terms.is_exclusive or not terms.is_exclusive)
    ]
    where = [(each, each.terms.countries) for each in counting]
    lacks: dict[tuple[Interval, ...], dict[str, list[Medium]]] = defaultdict(dict)
    known: dict[tuple[str, ...], tuple[Interval, ...]] = {}
    for medium in terms.media:
        for country in sorted(terms.countries):
            here = [each for each, places in where
                    if medium in each.terms.media and country in places]  # fmt: skip
            key = tuple(each.id for each in here)
            if key not in known:
                known[key] = _gaps(here, terms.during)
            if known[key]:
                lacks[known[key]].setdefault(country, []).append(medium)
    return tuple(_grouped(lacks))


def _gaps(held: Sequence[Holding], during: Interval) -> tuple[Interval, ...]:
    """Return when the shares of a right do not make it whole."""
    spans = [(each.terms.during, each.percent_bp) for each in held]
    turns = {during.start}
    for each, _ in spans:
        turns |= {turn for turn in (each.start, each.end) if turn and during.contains(turn)}
    ordered: list[datetime | None] = [*sorted(turns), during.end]
    gaps = []
    for start, end in pairwise(ordered):
        assert start is not None
        if sum(share for each, share in spans if each.contains(start)) < WHOLE_BP:
            gaps.append(Interval(start, end))
    return joined(gaps)


def _grouped(
    lacks: dict[tuple[Interval, ...], dict[str, list[Medium]]],
) -> Iterable[Missing]:
    for times, countries in lacks.items():
        alike: dict[tuple[Medium, ...], list[str]] = defaultdict(list)
        for country, media in countries.items():
            alike[tuple(media)].append(country)
        for media_of, places in sorted(alike.items()):
            yield Missing(media_of, written_shortly(places), times)


def require_held(connection: Connection, asset: Asset, terms: Terms) -> None:
    """Refuse what the owner of an asset does not hold, and say which cells.

    Raises:
        Conflict: when some right, place, medium or time of the terms is not held.
    """
    held = find_where(connection, Holding, asset_id=asset.id, party_id=asset.party_id)
    lacks = missing(held, terms)
    if not lacks:
        return
    kind = f"{'exclusive ' if terms.is_exclusive else ''}{terms.right_kind}"
    kind_zh = f"{'独占' if terms.is_exclusive else ''}{RIGHTS_ZH[terms.right_kind]}"
    told, told_zh = zip(*map(_told, lacks), strict=True)
    raise Conflict(
        f"the seller does not hold the {kind} of `{asset.title}` for {'; '.join(told)}",
        zh=f"卖方未持有“{asset.title_zh or asset.title}”以下范围的{kind_zh}：{'；'.join(told_zh)}",
    )


RIGHTS_ZH = {
    RightKind.COPYRIGHT: "著作权", RightKind.NEIGHBOURING: "邻接权", RightKind.TRADEMARK: "商标权",
    RightKind.BRAND: "品牌权", RightKind.DATA: "数据权",
}  # fmt: skip


def _told(lack: Missing) -> tuple[str, str]:
    media = "all media" if set(lack.media) == set(Medium) else ", ".join(lack.media)
    media_zh = "全部媒介" if set(lack.media) == set(Medium) else "、".join(lack.media)
    where = ", ".join(lack.territories)
    times, times_zh = zip(*map(span, lack.times), strict=True)
    return (
        f"{media} in {where} {' and '.join(times)}",
        f"{where} {media_zh}（{'，'.join(times_zh)}）",
    )
