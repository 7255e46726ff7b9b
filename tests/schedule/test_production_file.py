from datetime import date, time

import pytest

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.errors import InvalidInput
from mstation.schedule.production import Dates, Place, Weekday
from mstation.schedule.production_file import location_of_sets, read
from tests.schedule.salt import KNOWN, read_toml


def test_nothing_said_is_a_production_all_the_same() -> None:
    found = read_toml("")
    production = found.production
    assert (production.currency, production.is_dated, production.place) == ("USD", False, None)
    assert production.costs.day > production.costs.move > 0
    assert production.hours.shooting_minutes == 720 - 60 - 45 - 30
    assert not found.doubts


def test_a_chinese_film_is_paid_in_yuan() -> None:
    found = read(b"", path="production.toml", language="zh", known=KNOWN)
    assert found.production.currency == "CNY"


def test_everything_that_people_say_is_kept() -> None:
    found = read_toml("""
        [production]
        company = "Lantern"
        currency = "USD"
        first_day = 2027-03-01
        country = "US"
        week = ["sat", "mon"]
        off = [2027-03-15, { first = 2027-04-01, last = 2027-04-03 }]
        on = [2027-03-20]
        rules = ["sag-aftra", "sag-aftra"]
        latitude = 34.05
        longitude = -118
        zone = "America/Los_Angeles"

        [hours]
        day_call = 06:30:00
        length_minutes = 600

        [costs]
        day = "12000.50"

        [minutes]
        new_side = 50
        moves = { crane = 60 }
        needs = { animals = 5 }

        [[cast]]
        character = "mara"
        actor = "Jo"
        rate = 1500
        away = [2027-03-10]
        last = 2027-03-30
        may_hold = false
        age = 12

        [[location]]
        key = "rex"
        name = "The Rex"
        sets = ["street", "KITCHEN"]
        access = "night"
        fee = 2500.5
        open = [{ first = 2027-03-01, last = 2027-03-05 }]

        [[unit]]
        name = "second"
        first = 2027-03-08

        [[before]]
        scene = 1
        earlier_than = "2"
        reason = "the wall comes down"

        [[contact]]
        role = "First AD"
        who = "Ada"

        [colours."INT/EXT"]
        dusk = "#ffaa00"
    """)
    production = found.production
    assert not found.doubts
    assert (production.is_dated, production.first_day) == (True, date(2027, 3, 1))
    assert production.week == (Weekday.MONDAY, Weekday.SATURDAY)
    assert production.off[1] == Dates(date(2027, 4, 1), date(2027, 4, 3))
    assert production.rules == ("sag-aftra",)
    assert production.place == Place(34.05, -118.0, "America/Los_Angeles")
    assert production.hours.day_call == time(6, 30)
    assert production.costs.day == 1_200_050
    assert (found.pace.new_side, found.pace.same_side) == (50, 15)
    terms = production.terms("mara")
    assert (terms.rate, terms.age, terms.may_hold) == (150_000, 12, False)
    assert location_of_sets(production) == {"street": "rex", "kitchen": "rex"}
    assert production.location("rex").fee == 250_050
    assert production.before[0].reason == "the wall comes down"
    assert production.contacts == (("First AD", "Ada"),)
    assert production.colours == ((Interior.INT_EXT, TimeOfDay.DUSK, "#FFAA00"),)


def test_a_row_about_what_the_film_does_not_have_is_a_doubt_that_names_the_nearest() -> None:
    found = read_toml("""
        [[cast]]
        character = "MARRA"
        [[location]]
        name = "A"
        sets = ["KITCHENS"]
        [[before]]
        scene = "1"
        earlier_than = "9"
    """)
    assert [note.severity for note in found.doubts] == ["warning"] * 3
    assert "did you mean `MARA`" in found.doubts[0].text
    assert "是否想写 `KITCHEN`" in found.doubts[1].zh
    assert (found.production.cast, found.production.before) == ((), ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[production", "TOML"),
        ("production = 3", "[production]"),
        ("[prodution]", "production"),
        ("[production]\ncurrency = 'XXX'", "ISO 4217"),
        ("[production]\ncurrency = ['USD']", "ISO 4217"),
        ("[production]\ncurrency = 'GBP'", "no figures in GBP"),
        ("[production]\nfirst_day = '2027-03-01'", "quotation marks"),
        ("[production]\nfirst_day = 2027-03-01T10:00:00", "quotation marks"),
        ("[production]\nweek = []", "at least one"),
        ("[production]\nweek = ['monday']", "weekday"),
        ("[production]\nweek = [['mon']]", "weekday"),
        ("[production]\noff = [{first = 2027-03-02, last = 2027-03-01}]", "before"),
        ("[production]\noff = [{first = 2027-03-02}]", "last"),
        ("[production]\nrules = ['sag']", "sag-aftra"),
        ("[production]\nlatitude = 3", "all three"),
        ("[production]\nlatitude = 91\nlongitude = 0\nzone = 'UTC'", "90"),
        ("[production]\nlatitude = nan\nlongitude = 0\nzone = 'UTC'", "90"),
        ("[production]\nlatitude = 1\nlongitude = 0\nzone = '../../etc/passwd'", "IANA"),
        ("[production]\nlatitude = 1\nlongitude = 0\nzone = 'Mars/Base'", "IANA"),
        ("[hours]\nlength_minutes = 100", "nothing is left"),
        ("[hours]\nday_call = 7", "07:00:00"),
        ("[hours]\nmeal_minutes = -5", "whole number"),
        ("[hours]\nmeal_minutes = true", "whole number"),
        ("[costs]\nday = -1", "less than nothing"),
        ("[costs]\nday = 1.005", "decimals"),
        ("[costs]\nday = inf", "no sum"),
        ("[costs]\nday = '1,500'", "no sum"),
        ("[minutes]\ntakes = 0", "at least 1"),
        ("[minutes]\nmoves = 4", "table"),
        ("[minutes.moves]\nfly = 4", "fly"),
        ("[[cast]]\nactor = 'Jo'", "character"),
        ("[cast]\ncharacter = 'MARA'", "[[cast]]"),
        ("[[cast]]\ncharacter = 'MARA'\nage = 200", "120"),
        ("[[location]]\nname = 'A'\naccess = 'dawn'", "night"),
        ("[[location]]\nname = 'A'\nsets = 'KITCHEN'", "list"),
        ("[[before]]\nscene = 1\nearlier_than = 1", "itself"),
        ("[[unit]]\nname = ''", "words"),
        ("[colours]\nEXT = '#FFFFFF'", "table"),
        ("[colours.STUDIO]\nday = '#FFFFFF'", "INT/EXT"),
        ("[colours.EXT]\nnoon = '#FFFFFF'", "dusk"),
        ("[colours.EXT]\nday = 'green'", "#BFE3B4"),
        ("[[line]]\nkey = 'mine'\naccount = 2000\nname = 'Mine'", "`rate` or `percent`"),
        ("[[line]]\nkey = 'mine'\nname = 'Mine'\nrate = 1", "`account`"),
        ("[[line]]\nkey = 'gaffer'\naccount = 77", "2600"),
        ("[[line]]\nkey = 'gaffer'\nper = 'hours'", "shoot_days"),
        ("[[line]]\nkey = 'gaffer'\nrate = 1\n[[line]]\nkey = 'gaffer'\nrate = 2", "twice"),
        ("[[line]]\nkey = 'contingency'\npercent = 10\nof = ['other']", "above"),
        ("[fringes]\ncast = 1e9", "500"),
        ("[fringes]\ncast = nan", "number of percent"),
        ("[fringes]\ncrew = 1.001", "hundredths"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_its_place_in_both_languages(
    text: str, says: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_toml(text)
    assert says in str(refused.value)
    assert str(refused.value).startswith("production.toml")
    assert refused.value.told("zh") != str(refused.value)


def test_a_currency_without_house_figures_serves_who_prices_it_all() -> None:
    found = read_toml("""
        [production]
        currency = "JPY"
        [costs]
        day = 900000
        move = 50000
        location_day = 40000
        cast_day = 60000
    """)
    assert found.production.costs.day == 900_000  # the yen has no smaller unit
