"""The catalogue: which assets somebody may see, and which of them are what they look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from mstation.errors import Forbidden, NotFound
from mstation.station.change import Actor, find, missing
from mstation.station.exchange.assets import (
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    asset_versions,
    assets,
    by_words,
)
from mstation.station.exchange.offers import OfferState, offers
from mstation.station.exchange.templates import Template
from mstation.station.parties import acting_for, acting_for_house, may_act_for

READ, JUDGE = "assets.read", "assets.judge"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: what is left out is not asked.

    media: what the shown version's file says of itself, in pixels, seconds, triangles.
    """

    words: str = ""
    kind: AssetKind | None = None
    party_id: str | None = None
    media_type: str | None = None
    least_width: int | None = None
    least_height: int | None = None
    least_s: float | None = None
    most_s: float | None = None
    most_triangles: int | None = None
    template: Template | None = None  # under which it is offered now


def live_assets(connection: Connection, sought: Sought) -> Select[Any]:
    """Return the question for the assets that everybody sees, and that are what is looked for.

    Raises:
        InvalidInput: when the words cannot be searched for.
    """
    query = assets.select().where(assets.c.state == AssetState.LIVE)
    return _sought(connection, query, sought)


def assets_of(connection: Connection, party_id: str, sought: Sought) -> Select[Any]:
    """Return the question for a party's own assets, whatever their state.

    Raises:
        InvalidInput: when the words cannot be searched for.
    """
    query = assets.select().where(assets.c.party_id == party_id)
    return _sought(connection, query, sought)


def waiting_assets(connection: Connection) -> Select[Any]:
    """Return the question for the assets that wait for the house."""
    del connection
    return assets.select().where(assets.c.state == AssetState.REVIEW)


def _sought(connection: Connection, query: Select[Any], sought: Sought) -> Select[Any]:
    if sought.words:
        query = query.where(by_words.finds(connection, sought.words))
    if sought.kind is not None:
        query = query.where(assets.c.kind == sought.kind)
    if sought.party_id is not None:
        query = query.where(assets.c.party_id == sought.party_id)
    if sought.template is not None:
        offered = select(offers.c.asset_id).where(
            offers.c.template == sought.template, offers.c.state == OfferState.LIVE
        )
        query = query.where(assets.c.id.in_(offered))
    conditions = _of_media(sought)
    if conditions:
        shown = select(asset_versions.c.id).where(*conditions)
        query = query.where(assets.c.version_id.in_(shown))
    return query


def _of_media(sought: Sought) -> list[ColumnElement[bool]]:
    media = asset_versions.c.media
    asked = []
    if sought.media_type is not None:
        asked.append(asset_versions.c.media_type == sought.media_type)
    if sought.least_width is not None:
        asked.append(media["width"].as_integer() >= sought.least_width)
    if sought.least_height is not None:
        asked.append(media["height"].as_integer() >= sought.least_height)
    if sought.least_s is not None:
        asked.append(media["duration_s"].as_float() >= sought.least_s)
    if sought.most_s is not None:
        asked.append(media["duration_s"].as_float() <= sought.most_s)
    if sought.most_triangles is not None:
        asked.append(media["triangles"].as_integer() <= sought.most_triangles)
    return asked


def seen_asset(connection: Connection, actor: Actor, asset_id: str) -> Asset:
    """Return an asset that an actor may see: a live one, their own, or as the house one in review.

    Raises:
        NotFound: when there is none, or not for them.
    """
    asset = find(connection, Asset, asset_id)
    if actor.account_id is not None:
        if asset.state is AssetState.LIVE and (actor.scopes is None or READ in actor.scopes):
            return asset
        if may_act_for(connection, actor, asset.party_id, READ):
            return asset
        if asset.state is AssetState.REVIEW and is_judge(connection, actor):
            return asset
    raise missing(Asset, asset.id)


def own_asset(connection: Connection, actor: Actor, asset_id: str, action: str) -> Asset:
    """Return an asset of a party in whose name an actor may do something with it.

    Raises:
        NotFound: when there is none, or it is not for them.
        Forbidden: when they see it, but may not do this.
    """
    asset = find(connection, Asset, asset_id)
    try:
        acting_for(connection, actor, asset.party_id, action)
    except NotFound as error:
        seen_asset(connection, actor, asset_id)
        raise Forbidden(
            f"only who offers the asset may do `{action}`", zh=f"仅素材提供方可执行 `{action}`"
        ) from error
    return asset


def seen_version(connection: Connection, actor: Actor, version_id: str) -> AssetVersion:
    """Return a version of an asset that an actor may see; others see the shown one alone.

    Raises:
        NotFound: when there is none, or not for them.
    """
    version = find(connection, AssetVersion, version_id)
    asset = seen_asset(connection, actor, version.asset_id)
    is_shown = asset.version_id == version.id
    if is_shown or may_act_for(connection, actor, asset.party_id, READ):
        return version
    raise NotFound(
        f"there is no version `{version.id}`", zh=f"找不到 `{version.id}`（AssetVersion）"
    )


def is_judge(connection: Connection, actor: Actor) -> bool:
    """Return whether an actor may judge assets for the house."""
    try:
        acting_for_house(connection, actor, JUDGE)
    except (Forbidden, NotFound):
        return False
    return True
