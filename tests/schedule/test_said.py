from datetime import date

import pytest

from mstation.breakdown.handwritten import Row
from mstation.errors import InvalidInput
from mstation.schedule import said


@pytest.mark.parametrize("day", [date.min, date.max, date(1899, 12, 31), date(2201, 1, 1)])
def test_a_year_in_which_nobody_shoots_is_refused(day):
    with pytest.raises(InvalidInput, match="between 1900 and 2200") as told:
        said.day({"first_day": day}, "first_day", Row("production.toml", "[production]"))
    assert "1900 至 2200" in told.value.zh


def test_a_year_in_which_somebody_may_shoot_is_taken():
    for day in (date(1900, 1, 1), date(2200, 12, 31)):
        assert said.day({"first_day": day}, "first_day", Row("production.toml")) == day
