import pytest

from mstation.breakdown.scene import Interior
from mstation.stage.set_places import find_place
from mstation.stage.set_plans import hints, set_plans

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
    room = find_place("LIMBO", INT, PLANS)
    assert room.stood_in == "`LIMBO`: shown as a plain hall"
    ground = find_place("LIMBO", EXT, PLANS)
    assert ground.stood_in == "`LIMBO`: shown as open ground"
    assert find_place("梦境", INT, PLANS).stood_in == "`梦境`：以普通厅室代替"


def test_a_room_seen_from_outside_says_so() -> None:
    found = find_place("RESTAURANT", EXT, PLANS)
    assert found.plan.name == "city_street"
    assert found.stood_in == "`RESTAURANT` from outside: shown as a city street"


def test_a_car_in_motion_is_its_seats() -> None:
    assert _kind("CAR", Interior.INT_EXT) == "car_interior"


def test_no_word_means_two_kinds() -> None:
    seen: dict[tuple[str, bool], str] = {}
    for plan in PLANS.values():
        words = (*plan.en, *plan.zh, *plan.en_like, *plan.zh_like)
        for word in (*words, *plan.en_general, *plan.zh_general):
            assert seen.setdefault((word, plan.is_interior), plan.name) == plan.name


PLAIN = [
    ("living_room", INT, ("FLAT", "TOM'S APARTMENT", "公寓", "林晚家")),
    ("kitchen", INT, ("KITCHEN", "HOTEL KITCHEN", "厨房", "饭店后厨")),
    ("bedroom", INT, ("BEDROOM", "MARA'S BEDROOM", "卧室", "学生宿舍")),
    ("office", INT, ("OFFICE", "MEETING ROOM", "办公室", "公司会议室")),
    ("classroom", INT, ("CLASSROOM", "LECTURE HALL", "教室", "学校教室")),
    ("hospital_room", INT, ("HOSPITAL ROOM", "ICU", "医院", "病房")),
    ("restaurant", INT, ("RESTAURANT", "NOODLE SHOP", "餐厅", "火锅店")),
    ("cafe", INT, ("CAFÉ", "COFFEE SHOP", "咖啡馆", "奶茶店")),
    ("shop", INT, ("SHOP", "BOOKSTORE", "商店", "小卖部")),
    ("police_station", INT, ("POLICE STATION", "INTERROGATION ROOM", "派出所", "审讯室")),
    ("court", INT, ("COURTROOM", "COURT", "法庭", "法院")),
    ("temple", INT, ("TEMPLE", "ANCESTRAL HALL", "寺庙", "祠堂")),
    ("palace_hall", INT, ("PALACE HALL", "THRONE ROOM", "皇宫", "金銮殿")),
    ("courtyard", EXT, ("COURTYARD HOUSE", "SIHEYUAN", "四合院", "院子")),
    ("village_street", EXT, ("VILLAGE STREET", "SMALL TOWN STREET", "村口", "老街")),
    ("city_street", EXT, ("CITY STREET", "AVENUE", "大街", "十字路口")),
    ("alley", EXT, ("ALLEY", "BACK STREET", "小巷", "胡同")),
    ("park", EXT, ("PARK", "CENTRAL PARK", "公园", "草坪")),
    ("forest", EXT, ("FOREST", "BAMBOO FOREST", "森林", "竹林")),
    ("mountain", EXT, ("MOUNTAIN", "MOUNTAIN PATH", "山顶", "悬崖")),
    ("desert", EXT, ("DESERT", "DUNE", "沙漠", "戈壁")),
    ("coast", EXT, ("BEACH", "SEASIDE", "海边", "沙滩")),
    ("river_bank", EXT, ("RIVER BANK", "LAKESIDE", "河边", "江边")),
    ("bridge", EXT, ("BRIDGE", "STONE BRIDGE", "大桥", "石桥")),
    ("road", EXT, ("COUNTRY ROAD", "HIGHWAY", "公路", "国道")),
    ("car_interior", INT, ("CAR", "TAXI", "车内", "出租车")),
    ("train_carriage", INT, ("TRAIN", "TRAIN COMPARTMENT", "火车车厢", "高铁")),
    ("bus", INT, ("BUS", "SCHOOL BUS", "公交车", "大巴")),
    ("boat_deck", EXT, ("BOAT", "FERRY", "船上", "乌篷船")),
    ("rooftop", EXT, ("ROOFTOP", "ROOF", "天台", "屋顶")),
    ("theatre_stage", INT, ("THEATRE STAGE", "STAGE", "舞台", "剧院")),
]


@pytest.mark.parametrize(("kind", "interior", "places"), PLAIN)
def test_every_kind_of_the_list_is_found_by_several_names_and_stands_for_itself(
    kind: str, interior: Interior, places: tuple[str, ...]
) -> None:
    for place in places:
        found = find_place(place, interior, PLANS)
        assert (found.plan.name, found.stood_in) == (kind, ""), place


ODD = [
    ("LIMBO", INT, "plain_room"), ("DREAM", INT, "plain_room"), ("梦境", INT, "plain_room"),
    ("PURGATORY", EXT, "open_ground"), ("ZIGGURAT", INT, "temple"), ("PYRAMID", EXT, "courtyard"),
    ("HELICOPTER", INT, "control_room"),
    ("直升机", INT, "control_room"), ("火箭", INT, "control_room"), ("外星", EXT, "desert"),
    ("SWAMP", EXT, "river_bank"), ("沼泽", EXT, "river_bank"), ("MILLRACE", EXT, "river_bank"),
    ("GORGE", EXT, "mountain"), ("火焰岩", EXT, "mountain"), ("VOLCANO", EXT, "mountain"),
    ("ICE RINK", EXT, "snow_field"), ("冰场", EXT, "snow_field"), ("SALT LICK", EXT, "desert"),
    ("SURF SPOT", EXT, "coast"), ("礁石", EXT, "coast"),
    ("GREENHOUSE", EXT, "field"), ("GYM", INT, "theatre_stage"), ("健身房", INT, "theatre_stage"),
    ("SWIMMING POOL", INT, "bathroom"), ("网吧", INT, "office"), ("BANK", INT, "office"),
    ("银行", INT, "office"), ("EMBASSY", INT, "office"), ("大使馆区", INT, "office"),
    ("DENTIST", INT, "hospital_room"), ("牙科", INT, "hospital_room"), ("CASINO", INT, "bar"),
    ("赌坊", INT, "bar"), ("MUSEUM", INT, "library"), ("ELEVATOR", INT, "corridor"),
    ("电梯", INT, "corridor"), ("BALCONY", EXT, "rooftop"), ("阳台", EXT, "rooftop"),
    ("BATTLEFIELD", EXT, "desert"), ("战场", EXT, "desert"), ("TRENCH", EXT, "campsite"),
    ("AIRPLANE", INT, "train_carriage"), ("飞机", INT, "train_carriage"),
    ("POWER PLANT", INT, "workshop"), ("发电厂", INT, "workshop"),
    ("BURGER JOINT", INT, "restaurant"),
    ("CASTLE", INT, "palace_hall"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "interior", "kind"), ODD)
def test_an_odd_place_gets_the_nearest_kind_and_says_so(
    place: str, interior: Interior, kind: str
) -> None:
    found = find_place(place, interior, PLANS)
    assert found.plan.name == kind
    assert f"`{place}`" in found.stood_in
    is_chinese = any(letter >= "\u3400" for letter in place)
    shown = found.plan.shown_as_zh if is_chinese else found.plan.shown_as
    assert shown in found.stood_in


def test_every_kind_can_be_named_in_both_languages_when_it_stands_in() -> None:
    for plan in PLANS.values():
        assert plan.shown_as
        assert any("\u3400" <= letter <= "\u9fff" for letter in plan.shown_as_zh), plan.name
    for hint in hints():
        assert PLANS[hint.inside].is_interior
        assert not PLANS[hint.outside].is_interior
