import pytest

from mstation.breakdown.scene import Interior
from mstation.stage.set_places import find_place
from mstation.stage.set_plans import set_plans

PLANS = set_plans()
INT, EXT = Interior.INT, Interior.EXT


def _kind(place: str, interior: Interior) -> str:
    return find_place(place, interior, PLANS).plan.name


@pytest.mark.parametrize(
    ("english", "chinese", "interior", "kind"),
    [
        ("KITCHEN", "厨房", INT, "kitchen"),
        ("LENA'S LIVING ROOM", "林晚家客厅", INT, "living_room"),
        ("PROJECTION BOOTH", "放映室", INT, "projection_booth"),
        ("HOSPITAL CORRIDOR", "医院走廊", INT, "corridor"),
        ("WAITING ROOM", "候车室", INT, "waiting_room"),
        ("POLICE STATION", "派出所", INT, "police_station"),
        ("CAFÉ", "咖啡馆", INT, "cafe"),
        ("TEAHOUSE", "茶馆", INT, "teahouse"),
        ("RESTAURANT", "饭店", INT, "restaurant"),
        ("CLASSROOM", "教室", INT, "classroom"),
        ("BASEMENT", "地下室", INT, "cellar"),
        ("CAR", "车内", INT, "car_interior"),
        ("TRAIN", "火车上", INT, "train_carriage"),
        ("SMALL TOWN STREET", "小镇街道", EXT, "village_street"),
        ("CITY STREET", "大街", EXT, "city_street"),
        ("ALLEY", "小巷", EXT, "alley"),
        ("FOREST", "森林", EXT, "forest"),
        ("BEACH", "海边", EXT, "coast"),
        ("TRAIN STATION", "小镇火车站", EXT, "platform"),
        ("ROOFTOP", "天台", EXT, "rooftop"),
        ("COURTYARD", "四合院", EXT, "courtyard"),
        ("BRIDGE", "石桥", EXT, "bridge"),
        ("RAILWAY", "铁路", EXT, "road"),
    ],
)
def test_both_languages_name_one_kind(
    english: str, chinese: str, interior: Interior, kind: str
) -> None:
    assert _kind(english, interior) == _kind(chinese, interior) == kind


@pytest.mark.parametrize(
    ("place", "interior", "kind"),
    [
        ("RESTAURANT KITCHEN", INT, "kitchen"),
        ("BENNO'S HOUSE - KITCHEN", INT, "kitchen"),
        ("KITCHEN, LENA'S HOUSE", INT, "kitchen"),
        ("BEDROOM IN THE HOTEL", INT, "bedroom"),
        ("ROOF OF THE HOSPITAL", EXT, "rooftop"),
        ("STREET OUTSIDE THE BAR", EXT, "city_street"),
        ("OFFICES", INT, "office"),
        ("站长办公室", INT, "office"),
        ("陈老师家 书房", INT, "office"),
        ("电影院放映室", INT, "projection_booth"),
        ("老街", EXT, "village_street"),
        ("街坊家", INT, "living_room"),
    ],
)
def test_the_head_of_a_name_decides(place: str, interior: Interior, kind: str) -> None:
    assert _kind(place, interior) == kind


def test_an_unknown_place_says_what_stands_in() -> None:
    room = find_place("ZIGGURAT", INT, PLANS)
    assert room.stood_in == "`ZIGGURAT`: shown as a plain hall"
    ground = find_place("ZIGGURAT", EXT, PLANS)
    assert ground.stood_in == "`ZIGGURAT`: shown as open ground"


def test_a_room_seen_from_outside_says_so() -> None:
    found = find_place("RESTAURANT", EXT, PLANS)
    assert found.plan.name == "city_street"
    assert found.stood_in == "`RESTAURANT` from outside: shown as a city street"


def test_a_car_in_motion_is_its_seats() -> None:
    assert _kind("CAR", Interior.INT_EXT) == "car_interior"


def test_no_word_means_two_kinds() -> None:
    seen: dict[tuple[str, bool], str] = {}
    for plan in PLANS.values():
        for word in (*plan.en, *plan.zh, *plan.en_general, *plan.zh_general):
            assert seen.setdefault((word, plan.is_interior), plan.name) == plan.name
