"""Who may see what two parties share: quotes, licences."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from mstation.errors import NotFound
from mstation.station.access import forbidden
from mstation.station.change import Actor, find
from mstation.station.exchange.licences import Licence
from mstation.station.exchange.quotes import Quote
from mstation.station.parties import Party, may_act_for, role_for


def licence_for(connection: Connection, actor: Actor, id_: str, action: str) -> Licence:
    """Return a licence that somebody may do this with for its licensee or its seller.

    Raises:
        NotFound: when it is not there, or not for them.
        Forbidden: when their role does not allow it.
    """
    licence = find(connection, Licence, id_)
    _require_either(connection, actor, (licence.party_id, licence.seller_id), action, licence)
    return licence


def quote_for(connection: Connection, actor: Actor, id_: str, action: str) -> Quote:
    """Return a quote that somebody may do this with for its buyer or its seller.

    Raises:
        NotFound: when it is not there, or not for them.
        Forbidden: when their role does not allow it.
    """
    quote = find(connection, Quote, id_)
    _require_either(connection, actor, (quote.buyer_id, quote.party_id), action, quote)
    return quote


def _require_either(
    connection: Connection, actor: Actor, party_ids: Iterable[str], action: str,
    noun: Licence | Quote,
) -> None:  # fmt: skip
    is_known = False
    for party_id in party_ids:
        if may_act_for(connection, actor, party_id, action):
            return
        is_known |= role_for(connection, actor, find(connection, Party, party_id)) is not None
    if is_known:
        raise forbidden(action)
    kind = type(noun).__name__
    raise NotFound(f"there is no {kind.lower()} `{noun.id}`", zh=f"找不到 `{noun.id}`（{kind}）")
