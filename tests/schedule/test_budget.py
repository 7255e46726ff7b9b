from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import Faulty, InvalidInput
from mstation.schedule.board import Board
from mstation.schedule.budget.actuals import read_spent, standings
from mstation.schedule.budget.budget import Budget
from mstation.schedule.budget.chart import accounts, usual_lines
from mstation.schedule.budget.compare import compare
from mstation.schedule.budget.estimate import PaidDays, budget_of, count_plan, part_of
from mstation.schedule.days import plan_days
from tests.schedule.salt import board, film, production, read_toml

CAST = {"mara": PaidDays(2, 1, 0, 150_000), "tom": PaidDays(1, 0, 2, 80_000)}
SUMS = st.integers(0, 10**9)


def budget(
    text: str = "", on: Board | None = None, cast: dict[str, PaidDays] | None = None
) -> Budget:
    strips, prices = film(), read_toml(text).prices
    on = on or board(("1", "2"), ("3",))
    counted = count_plan(strips, plan_days(strips, on, production()), cast or CAST)
    return budget_of(strips, counted, prices, production(), on.name)


def line(key: str, of: Budget) -> int:
    found = (each for account in of.accounts for each in account.lines if each.key == key)
    return next(found).total


def test_every_line_stands_in_an_account_of_the_chart_and_has_a_price_in_each_currency() -> None:
    for usual in usual_lines():
        assert usual.account in accounts()
        assert usual.share_bp or set(usual.rate) == {"USD", "CNY", "EUR"}


def test_what_the_plan_counts_is_what_is_paid() -> None:
    plain = budget()
    fringe = 1.21
    assert line("cast mara", plain) == round(3 * 150_000 * fringe)
    assert line("cast tom", plain) == round(3 * 80_000 * fringe)
    assert line("location kitchen", plain) == 100_000
    assert line("background", plain) == round(8 * 22_000 * 1.18)  # one day with a crowd
    assert line("visual-effects", plain) == 250_000
    assert line("catering", plain) == 2 * 30 * 2_800


@given(
    st.lists(st.tuples(SUMS, st.integers(0, 90), st.integers(0, 90)), min_size=2, max_size=2),
    st.integers(0, 50_000),
    st.integers(0, 9_999),
)
def test_the_money_adds_up_to_the_last_cent(
    paid: list[tuple[int, int, int]], percent_hundredths: int, rate: int
) -> None:
    cast = {
        name: PaidDays(work, held, 0, daily)
        for name, (daily, work, held) in zip(("mara", "tom"), paid, strict=True)
    }
    text = (
        f"[fringes]\ncast = {percent_hundredths / 100}\n"
        f"[[line]]\nkey = 'gaffer'\nrate = '{rate / 100:.2f}'\n"
        f"[[line]]\nkey = 'contingency'\npercent = {percent_hundredths / 100}\n"
    )
    found = budget(text, cast=cast)
    lines = [each for account in found.accounts for each in account.lines]
    assert sum(each.amount + each.fringe for each in lines) == found.total
    assert sum(section.total for section in found.sections) == found.total
    base = sum(section.total for section in found.sections if section.key != "other")
    assert line("contingency", found) == part_of(base, percent_hundredths)
    for each in lines:
        assert each.unit == "share_bp" or each.amount == each.quantity * each.rate


def test_a_line_of_ones_own_takes_the_place_of_the_houses() -> None:
    mine = budget("[[line]]\nkey = 'gaffer'\nrate = 520\nprep = 0\nfringe = 'crew'")
    assert line("gaffer", mine) == round(2 * 52_000 * 1.18)
    new = budget("[[line]]\nkey = 'drone'\naccount = 2700\nname = 'Drone'\nrate = 900\ncount = 2")
    assert line("drone", new) == 180_000


def test_what_if_tells_which_accounts_another_board_changes() -> None:
    two, three = budget(), budget(on=board(("1",), ("2",), ("3",)))
    changed = compare(two, three)
    assert sum(each.more for each in changed) == three.total - two.total > 0
    assert 1400 not in {each.account for each in changed}  # the same days of cast were given
    assert compare(two, two) == ()


def test_budgets_of_two_currencies_do_not_compare() -> None:
    with pytest.raises(ValueError, match="CNY"):
        compare(budget(), replace(budget(), currency="CNY"))


def test_what_was_spent_stands_beside_what_was_meant() -> None:
    meant = budget()
    text = "日期,科目,摘要,金额\n2027-03-01,2600,灯光,1500.50\n2027-03-02,2600,退款,-0.50\n"
    text += "2027-03-02,4100,rain,99\n\n"
    spent = read_spent(text.encode(), path="ledger.csv", currency="USD")
    assert (spent[0].day, spent[0].amount) == (date(2027, 3, 1), 150_050)
    found = {each.account: each for each in standings(meant, spent)}
    assert found[2600].spent == 150_000
    assert found[2600].left == found[2600].meant - 150_000
    assert sum(each.meant for each in found.values()) == meant.total


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column"),
        ("date,account,what\n", "`amount`"),
        ("date,account,what,amount\n2027-13-01,2600,x,1\n", "no date"),
        ("date,account,what,amount\n2027-03-01,99,x,1\n", "no account"),
        ("date,account,what,amount\n2027-03-01,2600,x,1.005\n", "decimals"),
        ("date,account,what,amount\n2027-03-01,2600,x\n", "no sum"),
        ("date,account,what,amount\n2027-03-01,²,x,1\n", "no account"),
        ("date,account,what,amount\n2027-03-01,2600,x,=1+1\n", "no sum"),
    ],
)
def test_a_ledger_that_cannot_be_read_is_refused_whole(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_spent(text.encode(), path="ledger.csv", currency="USD")
    assert says in str(refused.value)
    assert refused.value.told("zh") != str(refused.value)


def test_every_faulty_row_of_a_ledger_is_told() -> None:
    text = "date,account,what,amount\nx,2600,a,1\n2027-03-01,2600,b,2\ny,2600,c,3\n"
    with pytest.raises(Faulty) as refused:
        read_spent(text.encode(), path="ledger.csv", currency="USD")
    assert [fault[0][:5] for fault in refused.value.faults] == ["row 2", "row 4"]
