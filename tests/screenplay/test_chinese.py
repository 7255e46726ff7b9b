import pytest

from mstation.screenplay import read
from mstation.screenplay.chinese.heading import find_heading
from mstation.screenplay.heading import read_heading
from mstation.screenplay.script import ElementKind, Script


def script(text: str) -> Script:
    return read(text.encode(), path="x.txt", language="zh")


def shape(text: str) -> list[tuple[str, str]]:
    lead = "第1场 内 客厅 日\n"
    return [(e.kind.value, e.text) for e in script(lead + text).elements[1:]]


@pytest.mark.parametrize(
    ("line", "number", "interior", "place", "time"),
    [
        ("1-1 日 内 客厅", "1-1", "INT", "客厅", "day"),
        ("1-1 日 内 客厅 / 人物：祖母、祖父", "1-1", "INT", "客厅", "day"),
        ("1-1场景：银行外 日 外", "1-1", "EXT", "银行外", "day"),
        ("场景1：医院病房，内，日", "1", "INT", "医院病房", "day"),
        ("1-1、地下室/门外，日，内/外", "1-1", "INT/EXT", "地下室/门外", "day"),
        ("2. 医务室夜 内", "2", "INT", "医务室", "night"),
        ("1-3 夜-内-宴会厅", "1-3", "INT", "宴会厅", "night"),
        ("5-1 白天/内 卧室", "5-1", "INT", "卧室", "day"),
        ("场景一：内景 客户会议室，白天。", "一", "INT", "客户会议室", "day"),
        ("第1场｜内景｜教室｜傍晚", "1", "INT", "教室", "dusk"),
        ("【场号 1 内景｜教室｜傍晚】", "1", "INT", "教室", "dusk"),
        ("第1场 内景·咖啡馆·夜", "1", "INT", "咖啡馆", "night"),
        ("第一幕·第1节 第1场 外景 街道 夜", "1", "EXT", "街道", "night"),
        ("3-1 日", "3-1", "", "", "day"),
        ("第1集 第2场 日 内 办公室", "2", "INT", "办公室", "day"),
        ("## **第12场 内 夜 医院走廊**", "12", "INT", "医院走廊", "night"),
        ("客厅 内 清晨", "", "INT", "客厅", "dawn"),
        ("外景。街道。夜", "", "EXT", "街道", "night"),
        ("1、客厅 日 内", "1", "INT", "客厅", "day"),
        ("12　“望舒”基地·温室舱　夜（人造光）　内", "12", "INT", "望舒基地 温室舱", "night"),
    ],
)
def test_a_heading_is_read_in_every_form(
    line: str, number: str, interior: str, place: str, time: str
) -> None:
    heading = find_heading(line)
    assert heading is not None
    fields = heading.fields
    assert (heading.number, fields.interior, fields.place, fields.time) == (
        number,
        interior,
        place,
        time,
    )


@pytest.mark.parametrize(
    "line",
    [
        "内心深处的不安",
        "他走到屋内。外面下着雨。",
        "1. 打开门",
        "2. 关上窗户，走到外面",
        "第三场戏开始了。",
        "2-3 个人走过来",
        "3、今天白天要去学校报到",
        "外面夜色很深",
        "屋内 一片漆黑，他摸索着走",
        "10:30 日 内",
        "1-2岁的孩子在外面跑",
        "一、人物介绍",
        "第一幕",
        "3、他说“外面很黑”，转身走了",
    ],
)
def test_prose_and_lists_are_no_headings(line: str) -> None:
    assert find_heading(line) is None


def test_a_heading_may_run_over_lines() -> None:
    elements = script("2-1\n地点：日 内 办公室\n人物：林晚、老周\n△林晚走。").elements
    assert [e.kind.value for e in elements] == ["scene_heading", "cast_list", "action"]
    assert (elements[0].text, elements[0].scene_number, elements[0].line) == (
        "日 内 办公室",
        "2-1",
        1,
    )


@pytest.mark.parametrize(
    ("line", "name", "extensions", "rest"),
    [
        ("劫匪（画外音，声线发颤）：别动！", "劫匪", ("画外音",), ["声线发颤", "别动！"]),
        ("王野（带笑 vo）：放心。", "王野", ("vo",), ["带笑", "放心。"]),
        ("张三OS：在。", "张三", ("OS",), ["在。"]),
        ("张三 V.O.：在。", "张三", ("V.O.",), ["在。"]),
        ("旁白：那一夜。", "旁白", (), ["那一夜。"]),
        ("老周:走！（挣扎）你听见没有？", "老周", (), ["走！", "挣扎", "你听见没有？"]),
        ("林晚：“我不信。”", "林晚", (), ["我不信。"]),
        ("林晚：\n我不知道。", "林晚", (), ["我不知道。"]),
        ("穿红衣服的女人：你谁啊？", "穿红衣服的女人", (), ["你谁啊？"]),
        ("Amy：Hi，你好。", "Amy", (), ["Hi，你好。"]),
    ],
)
def test_a_speech_has_a_name_a_note_and_words(
    line: str, name: str, extensions: tuple[str, ...], rest: list[str]
) -> None:
    cue, *pieces = script("第1场 内 客厅 日\n" + line).elements[1:]
    assert (cue.kind.value, cue.text, cue.extensions) == ("character", name, extensions)
    assert [piece.text for piece in pieces] == rest


@pytest.mark.parametrize(
    "line",
    [
        "特写：一只手。",
        "时间：深夜",
        "王野冷笑道：“走吧。”",
        "屏幕上显示：无信号",
        "比分2：1",
        "http://a.cn",
        "她停下脚步，心想：算了。",
        "10：30，他醒了。",
    ],
)
def test_a_colon_alone_makes_no_speech(line: str) -> None:
    assert [kind for kind, _ in shape(line)] == ["action"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("△林晚走。", "action"),
        ("▲林晚走。", "action"),
        ("字幕：十年后", "action"),
        ("【字幕：北京】", "action"),
        ("道具：信", "props_list"),
        ("出场人物：甲、乙", "cast_list"),
        ("切至：", "transition"),
        ("画面切换到：街道", "transition"),
        ("【淡出】", "transition"),
        ("闪回", "transition"),
        ("第二集：重逢", "episode"),
        ("【第二集】", "episode"),
        ("淡入淡出的人生没有尽头", "action"),
    ],
)
def test_lines_are_told_apart(line: str, kind: str) -> None:
    assert [found for found, _ in shape(line)] == [kind]


def test_a_flashback_line_is_a_turn_and_an_action() -> None:
    assert shape("△画面闪回：小时候。") == [("transition", "画面闪回"), ("action", "小时候。")]


def test_people_under_a_cast_heading_do_not_speak() -> None:
    text = (
        "《最后一班车》\n编剧：某某\n\n人物小传\n\n林晚：女，32岁。\n老周：男。\n\n"
        "第1场 内 客厅 日\n林晚：走。"
    )
    read_script = script(text)
    assert read_script.title == "最后一班车"
    assert [e.kind.value for e in read_script.elements] == [
        "cast_list",
        "cast_list",
        "cast_list",
        "scene_heading",
        "character",
        "dialogue",
    ]


def test_two_speeches_on_one_line_are_noted_and_not_guessed() -> None:
    read_script = script("第1场 内 客厅 日\n老周：来了？\n甲：你好。老周：再见。")
    assert [note.line for note in read_script.notes] == [3]
    assert read_script.elements[-1].text == "你好。老周：再见。"


@pytest.mark.parametrize(
    ("text", "place", "time", "interior"),
    [
        ("场次：4　　时间：日　　地点：江湾工地（外）\n\n△风。\n", "江湾工地", "day", "EXT"),
        (
            "第七场\n景：渔村码头　　时：黄昏　　外\n人：阿水伯\n\n△浪。\n",
            "渔村码头",
            "dusk",
            "EXT",
        ),
        ("S.9　外　深水埗天台　黃昏\n\n△風。\n", "深水埗天台", "dusk", "EXT"),
        ("第1場　內景　茶館　淩晨\n\n△風。\n", "茶館", "", "INT"),
    ],
)
def test_labelled_and_traditional_headings_are_read(
    text: str, place: str, time: str, interior: str
) -> None:
    script = read(text.encode(), path="x.txt")
    headings = [each for each in script.elements if each.kind is ElementKind.SCENE_HEADING]
    assert len(headings) == 1
    fields = read_heading(headings[0].text)
    assert fields.interior == interior
    if time:
        assert (fields.place, fields.time) == (place, time)


@pytest.mark.parametrize("label", ["群演", "主要人物", "登场", "服装", "车辆"])
def test_a_list_above_a_scene_is_nobody_who_speaks(label: str) -> None:
    text = f"8-3 深夜 内 急诊科\n{label}：护士、家属若干\n\n宋晴：让一让！\n"
    script = read(text.encode(), path="x.txt")
    names = [each.text for each in script.elements if each.kind is ElementKind.CHARACTER]
    assert names == ["宋晴"]


def test_a_title_in_its_marks_takes_the_names_below_it() -> None:
    read_script = script("《夜航》\n\n编剧：张三\n联系：123\n\n第1场 内 客厅 日\n\n△风。\n")
    assert [(field.key, field.lines) for field in read_script.title_page] == [
        ("标题", ("夜航",)),
        ("编剧", ("张三",)),
        ("联系", ("123",)),
    ]
    assert read_script.elements[0].kind is ElementKind.SCENE_HEADING
