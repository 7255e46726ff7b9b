from datetime import date

import pytest

from mstation.schedule.production import Weekday
from mstation.schedule.rules import (
    Rule,
    RuleKind,
    all_rules,
    minor_rule,
    rule_sets,
    rules_of,
    weekly_rest_minutes,
)
from tests.schedule.generated import production


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_is_dated_cited_and_told_in_both_languages(rule: Rule) -> None:
    assert date.fromisoformat(rule.since) <= date(2026, 12, 31)
    assert rule.set in rule_sets()
    assert rule.id.startswith(f"{rule.set}.")
    assert rule.source
    assert rule.en
    assert any("一" <= letter <= "鿿" for letter in rule.zh)


def test_ids_are_told_apart_and_every_set_says_something() -> None:
    assert len({rule.id for rule in all_rules()}) == len(all_rules())
    assert {rule.set for rule in all_rules()} == set(rule_sets())


def test_every_age_of_a_minor_has_one_rule_and_grown_ups_have_none() -> None:
    minors = [rule for rule in all_rules() if rule.kind is RuleKind.MINOR]
    for age in range(18):
        assert len([rule for rule in minors if rule.from_age <= age < rule.to_age]) == 1
    assert minor_rule(18, minors) is None


def test_a_production_is_bound_by_the_sets_that_it_names() -> None:
    assert rules_of(production(rules=()), RuleKind.DAILY_REST) == ()
    both = rules_of(production(rules=("own", "china")), RuleKind.WEEKLY_REST)
    assert [rule.id for rule in both] == ["own.week", "china.week"]


def test_the_weekly_rest_is_shorter_in_weeks_of_six_days() -> None:
    rule = next(rule for rule in all_rules() if rule.id == "sag-aftra.week")
    six = production(week=tuple(Weekday)[:6])
    assert weekly_rest_minutes(rule, production()) == 54 * 60
    assert weekly_rest_minutes(rule, six) == 36 * 60
