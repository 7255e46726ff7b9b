"""Which side of a contract somebody acts for: the project that ordered, or the party that works."""

from __future__ import annotations

from sqlalchemy import Connection

from mstation.station.access import found
from mstation.station.change import Actor, find
from mstation.station.parties import Party, acting_for, role_for
from mstation.station.work_orders.change_orders import Side
from mstation.station.work_orders.contracts import Contract


def acting_in(
    connection: Connection, actor: Actor, contract_id: str, *, buyer: str, vendor: str
) -> tuple[Contract, Side]:
    """Return a contract and the side that an actor may do this for.

    buyer, vendor: the action, as the project's table of rights calls it, and the parties'.

    Raises:
        NotFound: when it is not there, or not for them even to read.
        Forbidden: when they may read it, but not this.
    """
    contract = find(connection, Contract, contract_id)
    party = find(connection, Party, contract.party_id)
    if role_for(connection, actor, party) is not None:
        acting_for(connection, actor, party.id, vendor)
        return contract, Side.VENDOR
    found(connection, actor, Contract, contract_id, buyer)
    return contract, Side.BUYER


def read_contract(connection: Connection, actor: Actor, contract_id: str) -> Contract:
    """Return a contract that an actor may read, on either side.

    Raises:
        NotFound: when it is not there, or not for them.
        Forbidden: when their role in the party that works may not.
    """
    return acting_in(connection, actor, contract_id, buyer="contracts.read", vendor="work.read")[0]
