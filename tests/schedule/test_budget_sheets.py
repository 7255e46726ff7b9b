import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from mstation.schedule.budget.actuals import Spent, standings
from mstation.schedule.budget.budget import Budget
from mstation.schedule.budget.compare import compare
from mstation.schedule.budget.printing import print_budget
from mstation.schedule.budget.tables import budget_files, sum_text
from mstation.screenplay.script import Language
from tests.schedule.salt import board
from tests.schedule.test_budget import budget
from tests.sheets.film import pages_of_pdf, words_of_pdf


def test_a_workbook_holds_every_list_and_its_sums() -> None:
    meant = budget()
    spent = (Spent(date(2027, 3, 1), 2600, 99, "tape"),)
    other = budget(on=board(("1",), ("2",), ("3",)))
    files = budget_files(meant, standings(meant, spent), compare(meant, other), "letter")
    assert set(files) == {"budget.csv", "budget.xlsx", "actuals.csv", "what-if.csv"}
    book = openpyxl.load_workbook(io.BytesIO(files["budget.xlsx"]), data_only=True)
    assert book.sheetnames == ["Top sheet", "Accounts", "Actuals", "What if"]
    top = list(book["Top sheet"].iter_rows(values_only=True))
    assert top[-1][3] == pytest.approx(meant.total / 100)


def test_the_csv_adds_up_to_the_cent() -> None:
    meant = budget()
    rows = list(
        csv.reader(io.StringIO(budget_files(meant, (), (), "a4")["budget.csv"].decode("utf-8-sig")))
    )
    at = rows[0].index("Total (USD)")
    assert sum(round(float(row[at]) * 100) for row in rows[1:]) == meant.total


@pytest.mark.parametrize(("language", "says"), [("en", "Abovetheline"), ("zh", "线上费用")])
def test_the_budget_is_printed_in_the_films_language(language: Language, says: str) -> None:
    meant = replace(budget(), language=language)
    printed = print_budget(meant, "a4")
    assert printed == print_budget(meant, "a4")
    assert pages_of_pdf(printed) >= 2
    text = words_of_pdf(printed)
    assert says in text
    assert sum_text(meant.total, "USD") in text


def test_sums_are_written_as_their_currency_is() -> None:
    assert sum_text(123_456_789, "USD") == "1,234,567.89"
    assert sum_text(-5, "USD") == "−0.05"
    assert sum_text(1234, "JPY") == "1,234"
    assert sum_text(1234, "KWD") == "1.234"


def test_a_currency_of_three_decimals_loses_none_of_them() -> None:
    def in_dinars(of: Budget) -> Budget:
        return replace(of, currency="KWD")

    text = budget_files(in_dinars(budget()), (), (), "a4")["budget.csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    at = rows[0].index("Total (KWD)")
    assert sum(round(float(row[at]) * 1000) for row in rows[1:]) == budget().total
