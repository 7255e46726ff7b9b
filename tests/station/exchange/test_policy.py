"""Policies in JSON-LD: closed, the same out as in, known by their digest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mstation.errors import InvalidInput
from mstation.station.canonical import digest_of
from mstation.station.exchange.evaluator import Request, Verdict, decide
from mstation.station.exchange.policy import Policy, Rule, read_policy, write_policy
from mstation.station.exchange.profile import Medium, actions, context, duties, operands
from mstation.station.exchange.templates import (
    Saying,
    Template,
    constraints_of,
    kept,
    rules_of,
    with_terms,
)
from mstation.station.exchange.terms import make_terms
from mstation.station.exchange.territories import (
    WORLD,
    countries,
    countries_of,
    regions,
    written_shortly,
)

START = datetime(2027, 1, 1, tzinfo=UTC)
SAYING = Saying("Museum of the River", "Museum of the River", "CNY 100.00")
NARROW = make_terms(
    starts_at=START, ends_at=datetime(2028, 1, 1, tzinfo=UTC), territories=["155", "CN"],
    media=[Medium.SVOD, Medium.WEB], seats=3, print_run=500, project="The Last Reel",
)  # fmt: skip
OF_TEMPLATES = [each for each in Template if each is not Template.OWN]


@pytest.mark.parametrize("template", OF_TEMPLATES)
def test_a_policy_is_the_same_out_as_in(template: Template) -> None:
    policy = with_terms(rules_of(template, SAYING), NARROW)
    document = write_policy(policy)
    assert read_policy(document) == policy
    assert digest_of(write_policy(read_policy(document))) == digest_of(document)


def test_a_policys_digest_is_pinned() -> None:
    """What a policy is, is its digest: another way to write it would be another policy."""
    policy = with_terms(rules_of(Template.HERITAGE, SAYING), NARROW)
    told = digest_of(write_policy(policy))
    assert told == PINNED


PINNED = "2ba9f65b40ce981dea7b951454d724e082276211fddb090bce8e05a7829d4f73"


def _document(**more: Any) -> dict[str, Any]:
    return {"permission": [{"action": ["stream"], **more}]}


def _hangs(**constraint: Any) -> dict[str, Any]:
    whole = {"leftOperand": "spatial", "operator": "isAnyOf", "rightOperand": ["NL"]}
    return _document(constraint=[{**whole, **constraint}])


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"permission": [{"action": ["fly"]}]}, "permission 1: action: `fly`"),
        (_document(remedy=[]), "`remedy`"),
        ({**_document(), "inheritFrom": "x"}, "`inheritFrom`"),
        ({**_document(), "conflict": "perm"}, "`conflict` is `prohibit`"),
        ({**_document(), "profile": "urn:other"}, "`profile`"),
        ({}, "allows and forbids nothing"),
        ([], "an object"),
        (_document(action=[]), "names no action"),
        (_document(constraint=[{}] * 17), "list of up to 16"),
        (_hangs(leftOperand="elapsedTime"), "`elapsedTime`"),
        (_hangs(operator="lt"), "operator of spatial: `lt`"),
        (_hangs(rightOperand=["ZZ"]), "`ZZ` is no territory"),
        (_hangs(rightOperand=[]), "some values"),
        (_hangs(operator="eq", rightOperand=["NL", "DE"]), "one value"),
        (_hangs(leftOperand="media", rightOperand=["cinema"]), "`cinema`"),
        (_hangs(leftOperand="seats", operator="lteq", rightOperand=True), "`True`"),
        (_hangs(leftOperand="dateTime", operator="lt", rightOperand="2027-01-01"), "no moment"),
        (_hangs(leftOperand="project", rightOperand=["a\nb"]), "no word"),
        (_document(duty=[{"action": "attribute"}]), "creditLine"),
        (_document(duty=[{"action": "pray"}]), "`pray`"),
        ({"prohibition": [{"action": "print", "duty": [{"action": "delete"}]}]}, "owes nothing"),
    ],
)
def test_what_is_not_of_the_profile_is_refused_by_name(document: Any, named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_policy(document)
    assert named in str(refused.value)
    assert refused.value.zh


def test_every_term_of_the_profile_stands_in_the_context() -> None:
    spelt = context()["@context"]
    assert {*actions(), *duties(), *operands()} <= set(spelt)
    assert spelt["theatrical"] == "mst:theatrical"
    assert spelt["stream"] == "odrl:stream"
    assert spelt["mst"].startswith("urn:")


def _allowed(template: Template, action: str, **more: Any) -> Verdict:
    policy = with_terms(rules_of(template, SAYING), NARROW)
    asked = {"territories": ("NL",), "media": (Medium.WEB,), "seats": 1, "print_run": 1,
             "starts_at": START, "ends_at": datetime(2027, 6, 1, tzinfo=UTC),
             "project": "The Last Reel", "fulfilled": ("compensate",), **more}  # fmt: skip
    return decide((policy,), Request(action, **asked)).verdict


def test_templates_say_what_the_field_knows_of_them() -> None:
    permit, deny, open_ = Verdict.PERMIT, Verdict.DENY, Verdict.UNDETERMINED
    assert _allowed(Template.CC0, "trainAI") is permit
    assert _allowed(Template.CC_BY, "derive") is permit
    assert _allowed(Template.CC_BY_NC, "stream", industry="advertising") is deny
    assert _allowed(Template.CC_BY_NC, "stream", industry="education") is permit
    assert _allowed(Template.RF_STANDARD, "merchandise") is deny
    assert _allowed(Template.RF_EXTENDED, "merchandise") is permit
    assert _allowed(Template.RF_EXTENDED, "trainAI") is deny
    assert _allowed(Template.RIGHTS_MANAGED, "stream", fulfilled=()) is open_
    assert _allowed(Template.EDITORIAL, "stream", industry="advertising") is deny
    assert _allowed(Template.EDITORIAL, "stream", industry="news") is permit
    assert _allowed(Template.EDITORIAL, "derive", industry="news") is deny
    assert _allowed(Template.INTERNAL_COMP, "stream") is deny
    assert _allowed(Template.HERITAGE, "display") is permit
    assert _allowed(Template.HERITAGE, "derive") is open_
    assert _allowed(Template.HERITAGE, "derive", fulfilled=("compensate", "approval")) is permit


@pytest.mark.parametrize(
    "more",
    [
        {"territories": ("US",)}, {"media": (Medium.TV,)}, {"seats": 4}, {"print_run": 501},
        {"project": "Another"}, {"is_exclusive": True}, {"ends_at": None},
        {"starts_at": datetime(2026, 12, 31, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_every_limit_of_the_terms_limits(more: dict[str, Any]) -> None:
    assert _allowed(Template.CC0, "print", **more) is Verdict.DENY


def test_terms_that_limit_nothing_say_nothing() -> None:
    terms = make_terms(starts_at=START, is_exclusive=True)
    assert [each.left for each in constraints_of(terms)] == ["dateTime"]


def test_templates_name_themselves_in_both_languages_and_are_of_the_profile() -> None:
    for template in OF_TEMPLATES:
        assert kept(template).en
        assert kept(template).zh
    bare = Policy("", permissions=(Rule(("stream",)),))
    assert read_policy(write_policy(bare)) == bare


def test_the_world_is_every_country_of_iso_3166() -> None:
    assert len(countries()) == 249  # Source: ISO 3166-1, entries of the online browsing platform
    assert countries_of([WORLD]) == countries()
    assert {"002", "009", "019", "142", "150", "155"} <= regions()
    assert countries_of(["155"]) == {"AT", "BE", "CH", "DE", "FR", "LI", "LU", "MC", "NL"}


def test_countries_are_written_as_the_fewest_codes() -> None:
    assert written_shortly(countries()) == (WORLD,)
    assert written_shortly(countries_of(["155", "CN"])) == ("155", "CN")
    assert written_shortly(countries_of(["150"]) - {"NL"}) == tuple(
        sorted(["039", "151", "154"]) + sorted(["AT", "BE", "CH", "DE", "FR", "LI", "LU", "MC"])
    )
    for code in regions():
        assert countries_of(written_shortly(countries_of([code]))) == countries_of([code])


@pytest.mark.parametrize("told", [["nl"], ["XX"], ["999"], [""], ["EU"]])
def test_what_is_no_territory_is_refused(told: list[str]) -> None:
    with pytest.raises(InvalidInput, match="no territory"):
        countries_of(told)
