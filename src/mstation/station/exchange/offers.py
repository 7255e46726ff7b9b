"""Offers: under which licence an asset may be had, of what at most, for what price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Connection, ForeignKey, String, Table

from mstation.errors import Conflict, InvalidInput
from mstation.station.accounts import written
from mstation.station.canonical import digest_of
from mstation.station.change import Change, find, hold
from mstation.station.exchange.assets import Asset, AssetState, assets
from mstation.station.exchange.documents import missing_releases
from mstation.station.exchange.holdings import require_held
from mstation.station.exchange.policy import PolicyKind, write_policy
from mstation.station.exchange.pricing import PriceRule, check_rule
from mstation.station.exchange.templates import Saying, Template, kept, own_policy, rules_of
from mstation.station.exchange.terms import Terms, beyond, narrowed
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns


class OfferState(StrEnum):
    """Whether an offer can be taken up."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Offer:
    """Under which licence a seller (party_id) offers an asset, of what at most, for what price.

    policy: its rules without terms and parties, as JSON-LD. credit, approver: what its duties say.
    """

    id: str
    revision: int
    party_id: str
    asset_id: str
    template: Template
    policy: Mapping[str, Any]
    policy_digest: str = field(metadata={"digest_of": "policy"})
    terms: Terms
    price_rule: PriceRule
    currency: str
    made_at: datetime
    state: OfferState = OfferState.LIVE
    credit: str = ""
    approver: str = ""


offers = keep(
    Offer,
    Table(
        "offers",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("asset_id", Id, ForeignKey("assets.id"), nullable=False, index=True),
        Column("template", String(20), nullable=False),
        Column("policy", JSON, nullable=False),
        Column("policy_digest", String(64), nullable=False),
        Column("terms", JSON, nullable=False),
        Column("price_rule", JSON, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("credit", String(200), nullable=False),
        Column("approver", String(200), nullable=False),
    ),
)


def add_offer(
    change: Change, asset: Asset, template: Template, terms: Terms, *, price_rule: PriceRule,
    currency: str, credit: str = "", approver: str = "", policy: Mapping[str, Any] | None = None,
) -> Offer:  # fmt: skip
    """Offer an asset under a licence.

    policy: with the template `own`, what the seller wrote.

    Raises:
        InvalidInput: when the licence needs words that are not given, or cannot be on these terms.
        Conflict: when the seller does not hold what would be offered, or releases are missing.
    """
    check_rule(price_rule, currency)
    fixed = narrowed(terms, kept(template).terms)
    _check_words(template, credit, approver, price_rule, policy)
    hold(change.connection, assets, asset.id)
    require_sellable(change.connection, asset, template, fixed)
    rules = own_policy(policy) if policy else rules_of(template, Saying(credit, approver))
    offer_id = new_id()
    named = replace(
        rules, uid=f"urn:mstation:offer:{offer_id}", kind=PolicyKind.OFFER,
        right_kind=fixed.right_kind, target=f"urn:mstation:asset:{asset.id}",
        assigner=f"urn:mstation:party:{asset.party_id}",
    )  # fmt: skip
    document = write_policy(named)
    return change.add(
        Offer(
            offer_id, 1, asset.party_id, asset.id, template, document, digest_of(document), fixed,
            price_rule, currency, change.at, credit=credit and written(credit),
            approver=approver and written(approver),
        )
    )  # fmt: skip


def withdraw_offer(change: Change, offer: Offer) -> Offer:
    """Let nobody take an offer up from now on; quotes that were given hold until they expire."""
    return change.edit(offer, state=OfferState.WITHDRAWN)


def require_sellable(
    connection: Connection, asset: Asset, template: Template, terms: Terms
) -> None:
    """Refuse to offer or to license what the seller does not hold, or those shown did not allow.

    Raises:
        Conflict: when it is so, said exactly.
    """
    require_held(connection, asset, terms)
    lacks = missing_releases(connection, asset, terms) if kept(template).is_commercial else ()
    if lacks:
        told = " and ".join(f"{each} release" for each in lacks)
        raise Conflict(
            f"`{asset.title}` lacks the {told} for all of that time: it can be offered for "
            "editorial use only; add the release, or say that none is needed",
            zh=f"“{asset.title_zh or asset.title}”在该期限内缺少授权书（{'、'.join(lacks)}），"
            "只能用于编辑类用途；请补交授权书，或说明无需授权",
        )


def require_takeable(connection: Connection, offer: Offer) -> Asset:
    """Return the asset of an offer that somebody may take up.

    Raises:
        Conflict: when it is withdrawn, or the asset is.
    """
    asset = find(connection, Asset, offer.asset_id)
    if offer.state is OfferState.LIVE and asset.state is AssetState.LIVE:
        return asset
    raise Conflict(
        f"`{asset.title}` is not offered under this licence any more; look for its other offers",
        zh=f"“{asset.title_zh or asset.title}”已不再按此许可提供；请查看其他报价",
    )


def require_within(offer: Offer, terms: Terms) -> None:
    """Refuse terms that go beyond an offer, and say by what.

    Raises:
        Conflict: when they do.
    """
    said = beyond(offer.terms, terms)
    if said:
        raise Conflict(
            f"the offer does not cover {'; '.join(en for en, _ in said)}; ask for less, or ask "
            "the seller for another offer",
            zh=f"报价不包括：{'；'.join(zh for _, zh in said)}；请缩小范围，或请卖方另行报价",
        )


def _check_words(
    template: Template, credit: str, approver: str, rule: PriceRule,
    policy: Mapping[str, Any] | None,
) -> None:  # fmt: skip
    if (template is Template.OWN) is (policy is None):
        raise InvalidInput(
            "a policy is given with the template `own`, and with no other",
            zh="仅模板 `own` 需要（且必须）提供 policy",
        )
    said = {"credit": credit, "approver": approver}
    lacks = sorted(name for name in kept(template).needs if not said[name])
    if lacks:
        raise InvalidInput(
            f"the licence `{template}` asks for {' and '.join(lacks)}; say so with the offer",
            zh=f"许可 `{template}` 需要提供：{'、'.join(lacks)}",
        )
    if kept(template).is_open and rule.base:
        raise InvalidInput(
            f"what is given under `{template}` costs nothing: the base is 0",
            zh=f"按 `{template}` 提供的内容不收费：基价应为 0",
        )
