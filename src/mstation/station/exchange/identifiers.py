"""Numbers by which others know an asset or a party: kept as they are written, checked before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, Connection, ForeignKey, String, Table, UniqueConstraint

from mstation.errors import InvalidInput
from mstation.station.change import Change, find_where
from mstation.station.check_digits import MOST_SIGNS, Scheme, number_of
from mstation.station.exchange.assets import Asset
from mstation.station.ids import new_id
from mstation.station.parties import Party
from mstation.station.schema import Id, keep, metadata, own_columns

MOST = 50  # numbers of one thing


class Bearer(StrEnum):
    """What bears a number: the table's name."""

    ASSETS = "assets"
    PARTIES = "parties"


# Who gives numbers to what; of works, people and firms nobody else's fits.
SCHEMES: dict[Bearer, frozenset[Scheme]] = {
    Bearer.ASSETS: frozenset(Scheme) - {Scheme.ISNI, Scheme.ORCID, Scheme.USCC},
    Bearer.PARTIES: frozenset(
        {Scheme.ISNI, Scheme.ORCID, Scheme.USCC, Scheme.IMDB, Scheme.DOUBAN, Scheme.WIKIDATA}
    ),
}


@dataclass(frozen=True, slots=True)
class ExternalId:
    """A number of a registry for an asset or a party; party_id is who says so."""

    id: str
    revision: int
    party_id: str
    bearer: Bearer
    bearer_id: str
    scheme: Scheme
    value: str


external_ids = keep(
    ExternalId,
    Table(
        "external_ids",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("bearer", String(16), nullable=False),
        Column("bearer_id", Id, nullable=False),
        Column("scheme", String(16), nullable=False),
        Column("value", String(MOST_SIGNS), nullable=False, index=True),
        UniqueConstraint("bearer", "bearer_id", "scheme", "value"),
    ),
)


def add_identifier(
    change: Change, bearer: Asset | Party, *, scheme: Scheme, value: str
) -> ExternalId:
    """Say by which number others know an asset or a party.

    Raises:
        InvalidInput: when the number is none of the scheme, or the scheme none for it.
        Conflict: when it bears the number already.
    """
    kind = Bearer.PARTIES if isinstance(bearer, Party) else Bearer.ASSETS
    if scheme not in SCHEMES[kind]:
        known = ", ".join(sorted(SCHEMES[kind]))
        raise InvalidInput(
            f"{scheme.upper()} gives no numbers to {kind}; these do: {known}",
            zh=f"{scheme.upper()} 不适用于 {kind}；可用：{known}",
        )
    number = number_of(scheme, value)
    if len(identifiers_of(change.connection, kind, bearer.id)) >= MOST:
        raise InvalidInput(f"at most {MOST} numbers are kept", zh=f"最多保存 {MOST} 个编号")
    own = (bearer.party_id, kind, bearer.id)
    return change.add(ExternalId(new_id(), 1, *own, scheme, number))


def identifiers_of(connection: Connection, bearer: Bearer, bearer_id: str) -> list[ExternalId]:
    """Return the numbers of an asset or a party."""
    return find_where(connection, ExternalId, bearer=bearer, bearer_id=bearer_id)


def bearers_of(connection: Connection, scheme: Scheme, value: str) -> list[ExternalId]:
    """Return who and what bears a number, however it is written.

    Raises:
        InvalidInput: when it is none of the scheme.
    """
    return find_where(connection, ExternalId, scheme=scheme, value=number_of(scheme, value))
