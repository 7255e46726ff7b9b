"""Plans for the tests of the production office's papers: a small one told in full, a long one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from functools import cache

from mstation.breakdown.element import Category
from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import Banner, BannerKind, Board, BoardDay
from mstation.schedule.plan import Plan, plan_of
from mstation.schedule.production import (
    CastTerms,
    Costs,
    Dates,
    Location,
    Place,
    Production,
)
from mstation.schedule.strip import Need, Player, Strip, Strips, StripSetup
from mstation.screenplay.script import Language
from mstation.shots.shot import Size

COSTS = Costs(12000_00, 1500_00, 1500_00, 1200_00)
LOS_ANGELES = Place(34.05, -118.24, "America/Los_Angeles")
SHANGHAI = Place(31.23, 121.47, "Asia/Shanghai")
MONDAY = date(2027, 3, 1)


def strip(
    number: str,
    *,
    set_name: str = "KITCHEN",
    interior: Interior = Interior.INT,
    time: TimeOfDay = TimeOfDay.DAY,
    cast: tuple[str, ...] = (),
    voices: tuple[str, ...] = (),
    needs: tuple[tuple[Category, str], ...] = (),
    location: str = "",
    eighths: int = 11,
    minutes: int = 150,
    synopsis: str = "Mara comes in and walks to the table.",
    setups: int = 3,
) -> Strip:
    return Strip(
        id=f"sc-{number}",
        scene_id=f"sc-{number}",
        number=number,
        interior=interior,
        set_key=set_name.lower(),
        set_name=set_name,
        location=location or set_name.lower(),
        time=time,
        script_day="1",
        page=3,
        eighths=eighths,
        screen_s=eighths * 7.5,
        cast=cast,
        voices=voices,
        needs=tuple(Need(category, name) for category, name in needs),
        synopsis=synopsis,
        setups=tuple(
            StripSetup("ABCDEFGHIJ"[index % 10], (f"{number}-{index:03d}",), 0, 50.0, Size.MS, 30)
            for index in range(setups)
        ),
        minutes=minutes,
    )


def strips(*each: Strip, cast: tuple[str, ...] = (), language: Language = "en") -> Strips:
    players = tuple(Player(name.lower(), name, place, 30) for place, name in enumerate(cast, 1))
    return Strips("The Last Reel", language, each, players)


_EN = {
    "title": "The Last Reel",
    "sets": ("PROJECTION BOOTH", "LOBBY", "ALLEY BEHIND THE CINEMA", "KITCHEN"),
    "cast": ("MARA", "TOM", "MR. ABERNATHY", "THE BOY"),
    "actors": ("Jo Lind", "Ada Peel", "Rex Otero"),
    "synopses": (
        "Mara threads the last reel and finds a strip of film that nobody has ever seen.",
        "Tom counts the money twice. There is no money.",
        "Rain. The boy runs with the can under his coat.",
        "They eat without a word.",
    ),
    "needs": ("film can", "ushers (6)", "delivery van", "dog", "rain", "ladder fall", "crane"),
    "location": (
        "The Rex Cinema",
        "14 Vine Street",
        "Lot behind Cole Street",
        "St. Anne's, 0.8 mi",
    ),
    "other": ("Studio 2", "200 Harbor Blvd"),
    "note": "Wet weather gear. No phones in the booth.",
    "move": "Everybody rides in the two vans",
    "contacts": (("First AD", "Ada Lo, 555 0101"), ("Transport", "Sam Ruiz, 555 0144")),
    "company": "Lantern Pictures",
}
_ZH = {
    "title": "最后一卷胶片",
    "sets": ("放映间", "大厅", "影院后巷", "厨房"),
    "cast": ("林晚", "周师傅", "陈经理", "男孩"),
    "actors": ("王珏", "李响", "赵一鸣"),
    "synopses": (
        "林晚装上最后一卷胶片，发现了一段谁也没见过的画面。",
        "周师傅把钱数了两遍，一分也没有。",
        "大雨，男孩把片盒藏在大衣下奔跑。",
        "两人默默吃饭。",
    ),
    "needs": ("片盒", "领座员（6人）", "送货车", "狗", "下雨", "从梯子上摔下", "摇臂"),
    "location": ("大光明影院", "南京西路216号", "凤阳路停车场", "长征医院，1.2公里"),
    "other": ("二号棚", "松江区影视路8号"),
    "note": "带雨具。放映间内不得使用手机。",
    "move": "乘两辆面包车转场",
    "contacts": (("第一副导演", "罗安，13900000101"), ("车辆", "阮山，13900000144")),
    "company": "灯笼影业",
}


@cache
def small_plan(language: Language = "en", *, is_dated: bool = True) -> Plan:
    """Return a plan of six scenes in three days, one of a second unit, one unscheduled."""
    told = _EN if language == "en" else _ZH
    sets, people, says = told["sets"], told["cast"], told["synopses"]
    ids = tuple(name.lower() for name in people)
    needs = tuple(zip(
        (Category.PROPS, Category.BACKGROUND, Category.VEHICLES, Category.ANIMALS,
         Category.SPECIAL_EFFECTS, Category.STUNTS, Category.SPECIAL_EQUIPMENT),
        told["needs"], strict=True,
    ))  # fmt: skip
    night = TimeOfDay.NIGHT
    ext = Interior.EXT
    each = (
        strip("1", set_name=sets[0], cast=ids[:1], location="rex", needs=needs[:1],
              synopsis=says[0], voices=ids[1:2]),
        strip("2", set_name=sets[1], cast=ids[:3], location="rex", needs=needs[:2],
              synopsis=says[1], eighths=19, minutes=200),
        strip("3", set_name=sets[2], interior=ext, time=night, cast=(ids[0], ids[3]),
              location="rex", needs=needs[2:6], synopsis=says[2], eighths=14, minutes=260),
        strip("4", set_name=sets[3], cast=ids[:2], location="studio", synopsis=says[3],
              needs=needs[6:], minutes=160),
        strip("5", set_name=sets[2], interior=ext, time=TimeOfDay.DAWN, location="rex",
              synopsis=says[2], eighths=1, minutes=60),
        strip("6", set_name=sets[1], time=night, cast=ids[1:2], location="rex",
              synopsis=says[1]),
    )  # fmt: skip
    players = tuple(Player(key, name, place, age) for place, (key, name, age) in enumerate(
        zip(ids, people, (34, 41, 62, 11), strict=True), 1))  # fmt: skip
    days = (
        BoardDay(("sc-1", "b-note", "sc-4"), note=told["note"]),
        BoardDay(("sc-2",), day=date(2027, 3, 4) if is_dated else None),
        BoardDay(("sc-5",), unit="second"),
        BoardDay(("sc-3",)),
    )
    banner = Banner("b-note", told["move"], BannerKind.NOTE, 0)
    board = Board("first", days, boneyard=("sc-6",), banners=(banner,))
    name, address, parking, hospital = told["location"]
    rex = Location("rex", name, tuple(one.lower() for one in sets[:3]), address, None,
                   hospital=hospital, parking=parking)  # fmt: skip
    studio = Location("studio", told["other"][0], (sets[3].lower(),), told["other"][1])
    actors = tuple(
        CastTerms(key, actor, rate=1500_00) for key, actor in zip(ids, told["actors"], strict=False)
    )
    production = Production(
        currency="USD" if language == "en" else "CNY",
        costs=COSTS,
        company=told["company"],
        cast=actors,
        locations=(rex, studio),
        contacts=told["contacts"],
    )
    if is_dated:
        production = _dated(production, language)
    plan = plan_of(Strips(told["title"], language, each, players), board, production)
    return plan


def _dated(production: Production, language: Language) -> Production:
    first = replace(
        production.cast[0],
        travel_before=1,
        travel_after=1,
        fittings=(date(2027, 2, 24),),
        rehearsals=(date(2027, 2, 26),),
    )
    return replace(
        production,
        first_day=MONDAY,
        is_dated=True,
        place=LOS_ANGELES if language == "en" else SHANGHAI,
        country="US" if language == "en" else "CN",
        off=(Dates(date(2027, 3, 5), date(2027, 3, 5)),),
        cast=(first, *production.cast[1:]),
    )


@cache
def long_plan(language: Language = "en", count: int = 60) -> Plan:
    """Return a plan of many scenes: thirteen sets, fifteen players, four strips a day."""
    lots = random.Random(8)
    told = _EN if language == "en" else _ZH
    more = " SIDE " if language == "en" else "侧"
    people = [f"{told['cast'][place % 4]}{'' if place < 4 else f' {place}'}" for place in range(15)]
    ids = [f"ch-{place}" for place in range(15)]
    each = []
    for number in range(1, count + 1):
        place = lots.randrange(13)
        cast = sorted(lots.sample(range(15), lots.randrange(1, 6)))
        things = lots.sample(list(zip(Category, told["needs"] * 2, strict=True)), 4)
        interior = (Interior.INT, Interior.EXT, Interior.INT, Interior.INT_EXT)[place % 4]
        time = lots.choice([TimeOfDay.DAY, TimeOfDay.DAY, TimeOfDay.NIGHT, TimeOfDay.DUSK])
        each.append(strip(
            str(number), set_name=told["sets"][place % 4] + (f"{more}{place}" if place > 3 else ""),
            interior=interior, time=time, cast=tuple(ids[one] for one in cast),
            eighths=lots.randrange(1, 30), minutes=lots.randrange(30, 170),
            synopsis=told["synopses"][number % 4], needs=tuple(things),
            location=f"loc-{place % 5}",
        ))  # fmt: skip
    numbered = enumerate(zip(ids, people, strict=True), 1)
    players = tuple(Player(key, name, number, 30) for number, (key, name) in numbered)
    order = sorted(each, key=lambda one: (one.is_dark, one.location, one.set_key))
    days = tuple(
        BoardDay(tuple(one.id for one in order[first : first + 4])) for first in range(0, count, 4)
    )
    places = tuple(Location(f"loc-{one}", f"{told['location'][0]} {one}", (),
                            told["location"][1]) for one in range(5))  # fmt: skip
    production = Production(
        currency="USD", costs=COSTS, first_day=MONDAY, is_dated=True, place=LOS_ANGELES,
        country="US", locations=places, company=told["company"],
        cast=(CastTerms("ch-4", "Kim", drop_after=5),),
    )  # fmt: skip
    return plan_of(
        Strips(told["title"], language, tuple(each), players), Board("long", days), production
    )
