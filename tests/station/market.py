"""A small exchange to test with: a house, who sells, who buys, and people in every role of them."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.station.accounts import TOKEN_MARK, Account, add_token, new_key
from mstation.station.change import STATION, Change
from mstation.station.ids import new_id
from mstation.station.organisations import Member, Organisation
from mstation.station.parties import (
    House,
    Party,
    PartyKind,
    named_party,
    open_house,
    organisation_party,
    person_party,
)
from mstation.station.permissions import Role
from mstation.station.station import Station

FEE_BP = 1_000  # the house takes a tenth


@dataclass(frozen=True)
class Market:
    """Who trades.

    people: `seller-owner`, `buyer-artist`, `house-producer` and so on, one a role of each of the
    three organisations; `freelancer`, a party for herself; `stranger`, signed in and no party.
    keys: tokens that open everything they may.
    """

    house: House
    seller: Party  # Lantern Archive, of China
    buyer: Party  # Harbour Post, of the Netherlands
    freelancer: Party  # a person, of France
    museum: Party  # nobody acts for it here
    people: dict[str, Account]
    keys: dict[str, str]

    def signed(self, who: str) -> dict[str, str]:
        """Return the header by which somebody asks."""
        return {"Authorization": f"Bearer {self.keys[who]}"}


def open_market(station: Station) -> Market:
    """Fill a station with those who trade; nothing is for sale yet."""
    people: dict[str, Account] = {}
    keys: dict[str, str] = {}
    with station.change(STATION) as change:
        keeper = _company(change, "house", "The Film Park", "CN", people, keys)
        house = open_house(change, keeper, fee_bp=FEE_BP)
        seller = _company(change, "seller", "Lantern Archive", "CN", people, keys)
        buyer = _company(change, "buyer", "Harbour Post", "NL", people, keys)
        freelancer = person_party(
            change, _person(change, "freelancer", people, keys), country="FR", name_zh="林可"
        )
        _person(change, "stranger", people, keys)
        museum = named_party(
            change, kind=PartyKind.ORGANISATION, name="Museum of the River", country="CN",
            name_zh="江河博物馆",
        )  # fmt: skip
    return Market(house, seller, buyer, freelancer, museum, people, keys)


def _company(
    change: Change, who: str, name: str, country: str, people: dict[str, Account],
    keys: dict[str, str],
) -> Party:  # fmt: skip
    organisation = change.add(Organisation(new_id(), 1, name))
    for role in Role:
        account = _person(change, f"{who}-{role}", people, keys)
        change.add(Member(new_id(), 1, organisation.id, account.id, role))
    return organisation_party(change, organisation, country=country)


def _person(change: Change, who: str, people: dict[str, Account], keys: dict[str, str]) -> Account:
    account = change.add(Account(new_id(), 1, f"{who}@market.example.org", who.title(), ""))
    people[who], keys[who] = account, TOKEN_MARK + new_key()
    add_token(change, account, name="tests", key=keys[who])
    return account
