"""The evaluator, against one that walks every country, medium and day of its own little world."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from mstation.errors import InvalidInput
from mstation.station.exchange.evaluator import (
    Request,
    RuleKind,
    State,
    Verdict,
    decide,
)
from mstation.station.exchange.policy import (
    Constraint,
    Duty,
    Policy,
    Rule,
    read_policy,
    write_policy,
)
from mstation.station.exchange.profile import Medium

FIRST = datetime(2027, 1, 1, tzinfo=UTC)
PLACES = {"NL": {"NL"}, "DE": {"DE"}, "CN": {"CN"}, "155": {"NL", "DE"}, "030": {"CN"},
          "001": {"NL", "DE", "CN", "else"}}  # fmt: skip
ASKED = {"NL": {"NL"}, "DE": {"DE"}, "CN": {"CN"}}
MEDIA = [Medium.TV, Medium.WEB, Medium.PRINT]
ACTIONS = ["stream", "print", "derive"]
DAYS = 6
CASES = 10_000


def test_it_agrees_with_one_that_walks_every_cell_on_10000_policies_and_requests() -> None:
    dice = random.Random(20261122)
    seen = dict.fromkeys(Verdict, 0)
    for _ in range(CASES):
        policies = [_policy(dice, n) for n in range(dice.choice([1, 1, 2]))]
        request, days = _request(dice)
        told = decide(policies, request).verdict
        assert told == _walked(policies, request, days), (policies, request)
        seen[told] += 1
    assert min(seen.values()) > CASES // 50, seen  # each answer is truly asked for


# --- a second evaluator: day by day, place by place, by membership in plain sets -----------------


# A day is two cells: its first moment, and what follows that: `lteq` and `gt` turn between them.


def _walked(policies: list[Policy], request: Request, days: list[float] | None) -> str:
    places = None if request.territories is None else set().union(
        *(ASKED[code] for code in request.territories))  # fmt: skip
    cells = product(
        sorted(places) if places else ["?"],
        request.media or ["?"],
        days if days is not None else ["?"],
    )
    answers = {_cell(policies, request, cell) for cell in cells}
    for answer in ("deny", "undetermined"):
        if answer in answers:
            return answer
    return "permit"


def _cell(policies: list[Policy], request: Request, cell: tuple[Any, ...]) -> str:
    forbids, allows = [], []
    for policy in policies:
        for rule in policy.prohibitions:
            if request.action in rule.actions:
                forbids.append(_all(rule, request, cell))
        for rule in policy.permissions:
            if request.action in rule.actions:
                answer = _all(rule, request, cell)
                unpaid = any(duty.action in ("compensate", "approval")
                             and duty.action not in request.fulfilled
                             for duty in rule.duties)  # fmt: skip
                allows.append("?" if answer == "yes" and unpaid else answer)
    if "yes" in forbids or not set(allows) & {"yes", "?"}:
        return "deny"
    return "undetermined" if "?" in forbids or "yes" not in allows else "permit"


def _all(rule: Rule, request: Request, cell: tuple[Any, ...]) -> str:
    answers = {_one(each, request, cell) for each in rule.constraints}
    return "no" if "no" in answers else "?" if "?" in answers else "yes"


def _one(each: Constraint, request: Request, cell: tuple[Any, ...]) -> str:
    place, medium, day = cell
    if each.left == "dateTime":
        if day == "?":
            return "?"
        turn = (each.right[0] - FIRST).days  # type: ignore[operator]
        holds = {"gteq": day >= turn, "lt": day < turn, "lteq": day <= turn, "gt": day > turn}
        return "yes" if holds[each.operator] else "no"
    if each.left in ("seats", "count"):
        value = request.seats if each.left == "seats" else request.count
        if value is None:
            return "?"
        assert isinstance(each.right[0], int)
        low, high = {"lteq": (0, each.right[0]), "lt": (0, each.right[0] - 1),
                     "gt": (each.right[0] + 1, 99), "eq": (each.right[0],) * 2,
                     "gteq": (each.right[0], 99)}[each.operator]  # fmt: skip
        return "yes" if value in range(low, high + 1) else "no"
    said = {"spatial": place, "media": medium, "project": request.project or "?",
            "industry": request.industry or "?"}[each.left]  # fmt: skip
    if said == "?":
        return "?"
    listed = set(each.right)
    if each.left == "spatial":
        listed = set().union(*(PLACES[str(code)] for code in each.right))
    inside = said in listed
    return "yes" if inside == (each.operator in ("eq", "isAnyOf")) else "no"


# --- random policies and requests ----------------------------------------------------------------


def _policy(dice: random.Random, number: int) -> Policy:
    return Policy(
        f"urn:test:{number}",
        permissions=tuple(_rule(dice, True) for _ in range(dice.choice([1, 2, 3]))),
        prohibitions=tuple(_rule(dice, False) for _ in range(dice.choice([0, 0, 1, 2]))),
    )


def _rule(dice: random.Random, is_permission: bool) -> Rule:
    owed = [each for each in ("compensate", "attribute", "approval") if dice.random() < 0.15]
    few = dice.choice([0, 1, 1, 2, 3]) if is_permission else dice.choice([1, 2, 3])
    return Rule(
        tuple(dice.sample(ACTIONS, dice.choice([1, 2, 3]))),
        tuple(_constraint(dice) for _ in range(few)),
        tuple(Duty(each) for each in owed) if is_permission else (),
    )


def _constraint(dice: random.Random) -> Constraint:
    left = dice.choice(["spatial", "spatial", "media", "dateTime", "dateTime", "seats", "count",
                        "project", "industry"])  # fmt: skip
    if left == "dateTime":
        moment = FIRST + timedelta(days=dice.randrange(-1, DAYS + 1))
        return Constraint(left, dice.choice(["gteq", "lt", "lteq", "gt"]), (moment,))
    if left in ("seats", "count"):
        return Constraint(
            left, dice.choice(["lt", "lteq", "eq", "gt", "gteq"]), (dice.randrange(1, 9),)
        )
    values = {"spatial": list(PLACES), "media": [str(each) for each in MEDIA],
              "project": ["lantern", "reel"], "industry": ["film", "news"]}[left]  # fmt: skip
    operator = dice.choice(["isAnyOf", "isAnyOf", "isNoneOf", "eq", "neq"])
    many = dice.choice([1, 2]) if operator.startswith("is") else 1
    return Constraint(left, operator, tuple(dice.sample(values, many)))


def _request(dice: random.Random) -> tuple[Request, list[float] | None]:
    start = dice.randrange(DAYS)
    days = list(range(start, dice.randrange(start + 1, DAYS + 1)))
    is_timed = dice.random() < 0.85
    return (
        Request(
            dice.choice(ACTIONS),
            tuple(dice.sample(list(ASKED), dice.choice([1, 2]))) if dice.random() < 0.85 else None,
            tuple(dice.sample(MEDIA, dice.choice([1, 2]))) if dice.random() < 0.85 else None,
            FIRST + timedelta(days=days[0]) if is_timed else None,
            FIRST + timedelta(days=days[-1] + 1) if is_timed else None,
            seats=dice.choice([None, 1, 5, 9]),
            count=dice.choice([None, 1, 5]),
            project=dice.choice([None, "lantern", "reel"]),
            industry=dice.choice([None, "film", "news"]),
            fulfilled=tuple(each for each in ("compensate", "approval") if dice.random() < 0.7),
        ),
        [part for day in days for part in (day, day + 0.5)] if is_timed else None,
    )


# --- what it says of single things ---------------------------------------------------------------

EUROPE = Constraint("spatial", "isAnyOf", ("150",))
UNTIL = Constraint("dateTime", "lteq", (FIRST + timedelta(days=90),))
LICENCE = Policy("urn:test:licence", permissions=(Rule(("stream",), (EUROPE, UNTIL)),))
YEAR = {"starts_at": FIRST, "ends_at": FIRST + timedelta(days=365)}


def test_every_constraint_is_named_with_what_fails() -> None:
    told = decide([LICENCE], Request("stream", ("CN", "NL"), **YEAR))  # type: ignore[arg-type]
    assert told.verdict is Verdict.DENY
    place, time = told.findings
    assert (place.left, place.state, place.failing) == ("spatial", State.FAILED, ("CN",))
    assert (time.left, time.state) == ("dateTime", State.FAILED)
    assert time.failing == ((FIRST + timedelta(days=90, microseconds=1)).isoformat(),)


def test_what_is_not_said_is_unknown() -> None:
    told = decide([LICENCE], Request("stream", ("NL",)))
    assert told.verdict is Verdict.UNDETERMINED
    assert [each.state for each in told.findings] == [State.SATISFIED, State.UNKNOWN]


def test_what_no_rule_speaks_of_is_denied() -> None:
    told = decide([LICENCE], Request("print", ("NL",), **YEAR))  # type: ignore[arg-type]
    assert (told.verdict, told.findings) == (Verdict.DENY, ())


def test_a_prohibition_wins_over_any_permission() -> None:
    ban = Policy("urn:test:ban", prohibitions=(Rule(("stream",), (EUROPE,)),))
    free = Policy("urn:test:free", permissions=(Rule(("stream",)),))
    assert decide([free], Request("stream")).verdict is Verdict.PERMIT
    assert decide([free, ban], Request("stream")).verdict is Verdict.UNDETERMINED
    told = decide([free, ban], Request("stream", ("CN", "NL")))
    assert told.verdict is Verdict.DENY
    assert [each.rule for each in told.findings] == [RuleKind.PROHIBITION]


def test_two_licences_together_may_cover_what_neither_does() -> None:
    asia = Policy("urn:test:asia", permissions=(
        Rule(("stream",), (Constraint("spatial", "eq", ("142",)),)),))  # fmt: skip
    both = Request("stream", ("CN", "NL"), starts_at=FIRST, ends_at=FIRST + timedelta(days=2))
    assert decide([LICENCE, asia], both).verdict is Verdict.PERMIT


def test_what_is_owed_first_holds_a_permission_back_and_the_rest_is_told() -> None:
    duties = (
        Duty("approval", (("approver", "Museum"),)),
        Duty("attribute", (("creditLine", "M"),)),
    )
    policy = Policy("urn:test:museum", permissions=(Rule(("derive",), duties=duties),),
                    obligations=(Duty("reportUse"),))  # fmt: skip
    told = decide([policy], Request("derive"))
    assert told.verdict is Verdict.UNDETERMINED
    assert [(each.action, each.is_first) for each in told.duties] == [
        ("approval", True), ("attribute", False), ("reportUse", False),
    ]  # fmt: skip
    told = decide([policy], Request("derive", fulfilled=("approval",)))
    assert told.verdict is Verdict.PERMIT


@pytest.mark.parametrize(
    "request_",
    [
        Request("sell"),
        Request("stream", ("Atlantis",)),
        Request("stream", ends_at=FIRST),
        Request("stream", starts_at=FIRST, ends_at=FIRST),
    ],
)
def test_a_request_that_says_nothing_we_know_is_refused(request_: Request) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide([LICENCE], request_)
    assert refused.value.zh


def test_a_request_that_would_take_for_ever_is_refused() -> None:
    places = [
        "NL",
        "DE",
        "CN",
        "FR",
        "IT",
        "ES",
        "PT",
        "SE",
        "NO",
        "FI",
        "DK",
        "PL",
        "CZ",
        "AT",
        "CH",
        "BE",
    ]
    turns = tuple(_rule_of_its_own(n, place) for n, place in enumerate(places))
    policy = read_policy(write_policy(Policy("urn:test:long", permissions=turns)))
    asked = Request("stream", ("001",), tuple(Medium), FIRST - timedelta(1))
    with pytest.raises(InvalidInput, match="too much apart"):
        decide([policy], asked)


def _rule_of_its_own(number: int, place: str) -> Rule:
    """Return a rule that tells a country, a medium and fourteen moments apart from all others."""
    times = (FIRST + timedelta(hours=16 * number + hour) for hour in range(14))
    return Rule(
        ("stream",),
        (
            *(Constraint("dateTime", "gteq", (each,)) for each in times),
            Constraint("spatial", "isNoneOf", (place,)),
            Constraint("media", "isNoneOf", (list(Medium)[number % 11],)),
        ),
    )
