"""The consent ledger, and what it lets others see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mstation.errors import Conflict, InvalidInput, Stale
from mstation.station.change import STATION, find_where
from mstation.station.events import events_after
from mstation.station.parties import Party, edit_party
from mstation.station.station import Station
from mstation.station.talent.consents import (
    EVERYBODY,
    HOUSE,
    SENSITIVE,
    Consent,
    ConsentKind,
    FieldGroup,
    Purpose,
    Wording,
    consent_text,
    consents,
    consents_of,
    give_consent,
    standing,
    withdraw_consent,
)
from mstation.station.talent.finding import FoundPerson, texts_of
from mstation.station.talent.people import (
    NameOrder,
    Person,
    Visible,
    add_person,
    edit_person,
    people,
)
from mstation.station.talent.showing import (
    FIELDS_OF,
    Disclosure,
    disclose,
    may_see,
    shown_to,
    sights_of,
    viewer_of,
)
from tests.station.market import Market
from tests.station.talent.cast import CONTACT, OPEN, acting, agree, somebody

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
GENERAL, SENSITIVE_KIND, THIRD, BORDER = ConsentKind


@pytest.fixture
def person(station: Station, market: Market) -> Person:
    with station.change(STATION) as change:
        return add_person(change, market.freelancer, name_zh="林可", visible=Visible.EVERYBODY)


def seen_by(
    station: Station, market: Market, person: Person, who: str,
    purpose: Purpose = Purpose.DIRECTORY,
) -> set[str]:  # fmt: skip
    with station.change(STATION) as change:
        viewer = viewer_of(change.connection, acting(market.people[who]))
        groups = shown_to(change.connection, person, viewer, purpose, change.at)
        for group in FieldGroup:  # a search sees what a look sees
            query = select(people.c.id).where(may_see(viewer, purpose, group, change.at))
            found = person.id in change.connection.execute(query).scalars().all()
            assert found is (group in groups)
        return {str(group) for group in groups}


def test_nothing_is_shown_before_somebody_consents(
    station: Station, market: Market, person: Person
) -> None:
    for who in ("seller-owner", "house-owner", "stranger"):
        assert seen_by(station, market, person, who) == set()
    assert seen_by(station, market, person, "freelancer") == set(FieldGroup)


def test_each_recipient_needs_what_the_law_asks_of_it(
    station: Station, market: Market, person: Person
) -> None:
    def seen() -> list[bool]:
        return [
            bool(seen_by(station, market, person, who))
            for who in ("house-owner", "seller-owner", "buyer-owner", "stranger")
        ]

    for kind, expected in zip(OPEN, ([1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]), strict=True):
        with station.change(STATION) as change:
            agree(change, person, kind)
        assert seen() == [bool(each) for each in expected], kind
    with station.change(STATION) as change:
        person = edit_person(change, person, visible=Visible.HOUSE)
    assert seen() == [True, False, False, False]


def test_a_consent_is_for_one_purpose_one_group_and_one_recipient(
    station: Station, market: Market, person: Person
) -> None:
    with station.change(STATION) as change:
        own = {"group": FieldGroup.RATES, "purpose": Purpose.HIRING}
        agree(change, person, *OPEN, recipient=market.buyer.id, **own)  # type: ignore[arg-type]
    assert seen_by(station, market, person, "buyer-owner", Purpose.HIRING) == {"rates"}
    assert seen_by(station, market, person, "buyer-owner") == set()
    assert seen_by(station, market, person, "seller-owner", Purpose.HIRING) == set()


def test_only_those_who_may_read_about_people_look_for_an_organisation(
    station: Station, market: Market, person: Person
) -> None:
    with station.change(STATION) as change:
        agree(change, person, *OPEN, recipient=market.seller.id)
    assert seen_by(station, market, person, "seller-coordinator") == {"profile"}
    assert seen_by(station, market, person, "seller-vendor") == set()


def test_what_is_sensitive_is_agreed_to_separately(
    station: Station, market: Market, person: Person
) -> None:
    with station.change(STATION) as change:
        agree(change, person, *OPEN, group=FieldGroup.NEEDS)
    assert seen_by(station, market, person, "seller-owner") == set()
    with station.change(STATION) as change:
        agree(change, person, SENSITIVE_KIND, group=FieldGroup.NEEDS)
    assert seen_by(station, market, person, "seller-owner") == {"needs"}


def test_withdrawing_is_one_step_and_works_at_once(
    station: Station, market: Market, person: Person
) -> None:
    with station.change(STATION) as change:
        agree(change, person, *OPEN)
        agree(change, person, *OPEN, group=FieldGroup.CREDITS)
    with station.change(STATION) as change:
        withdraw_consent(change, person, field_group=FieldGroup.CREDITS)
    assert seen_by(station, market, person, "buyer-owner") == {"profile"}
    with station.change(STATION) as change:
        assert len(withdraw_consent(change, person)) == len(OPEN)
    assert seen_by(station, market, person, "buyer-owner") == set()


def test_a_consent_ends_by_itself(station: Station, market: Market, person: Person) -> None:
    with station.change(STATION) as change:
        agree(change, person, GENERAL, until=change.at + timedelta(days=1))
        agree(change, person, THIRD)
        viewer = viewer_of(change.connection, acting(market.people["seller-owner"]))
        told = (change.connection, person, viewer, Purpose.DIRECTORY)
        assert shown_to(*told, change.at) == {FieldGroup.PROFILE}
        assert shown_to(*told, change.at + timedelta(days=1)) == frozenset()
        with pytest.raises(InvalidInput):
            agree(change, person, GENERAL, until=change.at)


def test_who_moves_abroad_sees_it_as_from_abroad(
    station: Station, market: Market, person: Person
) -> None:
    with station.change(STATION) as change:
        agree(change, person, GENERAL, THIRD, recipient=market.seller.id)
    assert seen_by(station, market, person, "seller-owner") == {"profile"}
    with station.change(STATION) as change:
        (seller,) = find_where(change.connection, Party, id=market.seller.id)
        edit_party(change, seller, country="US")
    assert seen_by(station, market, person, "seller-owner") == set()


def test_only_what_was_read_is_agreed_to(station: Station, market: Market, person: Person) -> None:
    wording = Wording(Purpose.HIRING, FieldGroup.CONTACT, THIRD, market.buyer.id, CONTACT)
    with station.change(STATION) as change:
        english, chinese = (consent_text(change.connection, wording, t) for t in ("en", "zh"))  # type: ignore[arg-type]
        assert "Harbour Post (NL)" in english.text
        assert CONTACT in english.text
        assert "您可随时一步撤回" in chinese.text
        with pytest.raises(Stale):
            give_consent(change, person, wording, tongue="zh", text_digest=english.digest)
        given = give_consent(change, person, wording, tongue="zh", text_digest=chinese.digest)
    assert (given.text_digest, given.language, given.number) == (chinese.digest, "zh", 1)


def test_a_provision_to_others_names_how_to_reach_them(station: Station, market: Market) -> None:
    with station.reading() as connection:
        for kind in (THIRD, BORDER):
            wording = Wording(Purpose.HIRING, FieldGroup.CONTACT, kind, EVERYBODY)
            with pytest.raises(InvalidInput):
                consent_text(connection, wording, "en")
        nothing = Wording(Purpose.HIRING, FieldGroup.RATES, SENSITIVE_KIND, HOUSE)
        with pytest.raises(InvalidInput):
            consent_text(connection, nothing, "en")


def test_the_database_keeps_every_line(station: Station, person: Person) -> None:
    with station.change(STATION) as change:
        agree(change, person, GENERAL)
    for statement in (consents.update().values(is_given=False), consents.delete()):
        with station.change(STATION) as change:
            (line,) = consents_of(change.connection, person.id)
            with pytest.raises(Exception, match="guard:consents_stay"), change.apart():
                change.connection.execute(statement)
            with pytest.raises(Conflict, match="consent ledger"), change.apart():
                change.edit(line, is_given=False)


def test_who_saw_what_and_when_is_written_down(
    station: Station, market: Market, person: Person
) -> None:
    with station.change(STATION) as change:
        for who in ("buyer-owner", "freelancer"):
            viewer = viewer_of(change.connection, acting(market.people[who]))
            disclose(change, person, viewer, Purpose.HIRING, frozenset({FieldGroup.CONTACT}))
    with station.reading() as connection:
        (line,) = find_where(connection, Disclosure, person_id=person.id)
        told = events_after(connection, 0, party_id=person.party_id)
    assert line.account_id == market.people["buyer-owner"].id
    assert line.field_groups == (FieldGroup.CONTACT,)
    assert told[-1].noun == "disclosures"


RECIPIENTS = [HOUSE, EVERYBODY, "p"]
LINES = st.lists(
    st.builds(
        lambda group, kind, recipient, is_given, hours: Consent(
            "c", 1, "q", "r", 1, Purpose.HIRING, group, kind, recipient, "", is_given, "en", "",
            None if hours is None else NOW + timedelta(hours=hours), "a", NOW,
        ),
        st.sampled_from([FieldGroup.RATES, FieldGroup.NEEDS]),
        st.sampled_from(ConsentKind),
        st.sampled_from(RECIPIENTS),
        st.booleans(),
        st.sampled_from([None, -1, 0, 1]),
    ),
    max_size=12,
)  # fmt: skip


def _stands(lines: list[Consent], group: FieldGroup, kind: ConsentKind, whom: str) -> bool:
    told = [
        each
        for each in lines
        if (each.field_group, each.kind, each.recipient) == (group, kind, whom)
    ]
    last = told[-1] if told else None
    return last is not None and last.is_given and (last.expires_at is None or last.expires_at > NOW)


@settings(max_examples=300)
@given(LINES, st.sampled_from(Visible), st.sampled_from([FieldGroup.RATES, FieldGroup.NEEDS]))
def test_what_may_be_seen_is_what_the_last_lines_say(
    lines: list[Consent], visible: Visible, group: FieldGroup
) -> None:
    is_named = any(_stands(lines, group, kind, "p") for kind in ConsentKind)
    cases = {
        "house": (HOUSE, [GENERAL], visible is not Visible.NOBODY),
        "home": (EVERYBODY, [GENERAL, THIRD], visible is Visible.EVERYBODY),
        "abroad": (EVERYBODY, [GENERAL, THIRD, BORDER], visible is Visible.EVERYBODY),
        "home:p": ("p", [GENERAL, THIRD], is_named),
        "abroad:p": ("p", [GENERAL, THIRD, BORDER], is_named),
    }
    expected = {
        (Purpose.HIRING, group, eye)
        for eye, (recipient, kinds, is_open) in cases.items()
        if is_open
        and all(
            _stands(lines, group, kind, recipient) or _stands(lines, group, kind, EVERYBODY)
            for kind in [*kinds, *([SENSITIVE_KIND] if group in SENSITIVE else [])]
        )
    }
    seen = {each for each in sights_of(lines, visible, NOW) if each[1] is group}
    assert seen == expected


def test_for_somebody_under_18_a_guardian_agrees_and_nobody_for_an_adult(
    station: Station, market: Market
) -> None:
    wording = Wording(Purpose.DIRECTORY, FieldGroup.PROFILE, ConsentKind.GENERAL, EVERYBODY)
    guarded = replace(wording, guardian="Rosa Ruiz")
    with station.change(STATION) as change:
        young = somebody(change, family_name="Ruiz")
        text = {told: consent_text(change.connection, told, "en") for told in (wording, guarded)}
        told = {"tongue": "en", "text_digest": text[guarded].digest}
        assert "Rosa Ruiz" in text[guarded].text
        with pytest.raises(InvalidInput):  # whose year is not told is taken for an adult
            give_consent(change, young, guarded, **told)
        young = edit_person(change, young, birth_year=change.at.year - 18)
        assert standing(consents_of(change.connection, young.id), change.at) == []
        assert sights_of(consents_of(change.connection, young.id), young.visible, change.at) == {}
        with pytest.raises(InvalidInput):
            give_consent(change, young, wording, tongue="en", text_digest=text[wording].digest)
        assert give_consent(change, young, guarded, **told).guardian == "Rosa Ruiz"
        grown = edit_person(change, young, birth_year=change.at.year - 19)
        (line,) = standing(consents_of(change.connection, grown.id), change.at)
        assert withdraw_consent(change, grown)[0].guardian == line.guardian


def test_the_year_of_birth_is_in_nothing_that_is_shown_sought_or_matched() -> None:
    shown = {name for names in FIELDS_OF.values() for name in names}
    assert "birth_year" not in shown | set(FoundPerson.__dataclass_fields__)
    young = Person(
        "i", 1, "p", None, "Ruiz", "", NameOrder.GIVEN_FIRST, "", "", "", birth_year=2015
    )
    assert texts_of(young, {}) == texts_of(replace(young, birth_year=None), {})
