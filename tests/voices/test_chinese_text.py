import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.chinese_text import as_said
from mstation.voices.han_numbers import cardinal, counted, digits
from mstation.voices.rewriting import as_written
from mstation.voices.speak import speak
from mstation.voices.speech import Voice
from mstation.voices.written import written_words

MAN = Voice("ch-man", "espeak", "m3", 0.5, 0.87, 0.95, 1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024年", "二零二四年"),
        ("电话13812345678", "电话幺三八 幺二三四 五六七八"),
        ("打电话给我，138-1234-5678", "打电话给我，幺三八 幺二三四 五六七八"),
        ("座机010-62345678", "座机零幺零 六二三四 五六七八"),
        ("拨打400-820-8820", "拨打四零零 八二零 八八二零"),
        ("有2024个", "有两千零二十四个"),
        ("8:30走", "八点半走"),
        ("8:00走", "八点走"),
        ("2:05到", "两点零五到"),
        ("20:15的车", "二十点十五的车"),
        ("14:30:25", "十四点三十分二十五秒"),
        ("3:2获胜", "三比二获胜"),
        ("1949年10月1日", "一九四九年十月一日"),
        ("2026-05-04", "二零二六年五月四日"),
        ("2026/5/4见", "二零二六年五月四日见"),
        ("1980年代", "一九八零年代"),
        ("80年代", "八十年代"),
        ("90后", "九零后"),
        ("00后", "零零后"),
        ("50%", "百分之五十"),
        ("3.5%-5%", "百分之三点五到百分之五"),
        ("-3%", "负百分之三"),
        ("千分之3", "千分之三"),
        ("5‰", "千分之五"),
        ("3.14", "三点一四"),
        ("0.5", "零点五"),
        ("1/2", "二分之一"),
        ("3/4的人", "四分之三的人"),
        ("-5℃", "零下五摄氏度"),
        ("零下5度", "零下五度"),
        ("25°C", "二十五摄氏度"),
        ("72°F", "七十二华氏度"),
        ("￥500", "五百块"),
        ("￥5.5", "五块五"),
        ("￥19.99", "十九块九毛九"),
        ("￥3万", "三万块"),
        ("$100", "一百美元"),
        ("€20", "二十欧元"),
        ("3-5天", "三到五天"),
        ("5km", "五公里"),
        ("100km/h", "一百公里每小时"),
        ("2kg", "两公斤"),
        ("10cm", "十厘米"),
        ("175cm", "一百七十五厘米"),
        ("5-10km", "五到十公里"),
        ("60㎡", "六十平方米"),
        ("2个", "两个"),
        ("2天", "两天"),
        ("2小时", "两小时"),
        ("第2个", "第二个"),
        ("2月2日", "二月二日"),
        ("2楼", "二楼"),
        ("2年级", "二年级"),
        ("2年", "两年"),
        ("12个", "十二个"),
        ("22个", "二十二个"),
        ("200块", "二百块"),
        ("2000元", "两千元"),
        ("20000", "两万"),
        ("2万", "两万"),
        ("1,250,000元", "一百二十五万元"),
        ("3.5亿", "三点五亿"),
        ("12345678", "幺二三四五六七八"),
        ("100000", "十万"),
        ("302室", "三零二室"),
        ("1208房间", "幺二零八房间"),
        ("101路公交", "幺零幺路公交"),
        ("110", "一百一十"),
        ("打110", "打幺幺零"),
        ("报警电话110", "报警电话幺幺零"),
        ("10086", "幺零零八六"),
        ("密码是1234", "密码是幺二三四"),
        ("房间号1208", "房间号幺二零八"),
        ("G1234次列车", "G幺二三四次列车"),
        ("CA1234", "C ay 幺二三四"),
        ("MU5101航班", "M U 五幺零幺航班"),
        ("A4纸", "ay 四纸"),
        ("5G", "五G"),
        ("iPhone15", "iPhone 十五"),
        ("iPhone 15 Pro", "iPhone 十五 Pro"),
        ("MP3", "M P 三"),
        ("PM2.5", "P M 二点五"),
        ("007", "零零七"),
        ("5G手机", "五G手机"),
        ("我是FBI的", "我是F B I的"),
        ("VIP卡", "V I P卡"),
        ("DNA报告", "D N ay报告"),
        ("CEO", "C E O"),
        ("APP", "ay P P"),
        ("KTV", "K T V"),
        ("OK吧", "ok吧"),
        ("NASA", "nasa"),
        ("U.S.A.", "U S ay"),
        ("T恤", "T恤"),
        ("X光", "X光"),
        ("我要A", "我要ay"),
        ("A、B、C", "ay、B、C"),
        ("mara@qq.com", "mara at q q点com"),
        ("www.example.com", "w w w点example点com"),
        ("#5", "五号"),
        ("No.5", "五号"),
        ("R&B", "R and B"),
        ("3+2=5", "三加二等于五"),
        ("5-3=2", "五减三等于二"),
        ("2×3", "二乘三"),
        ("24小时", "二十四小时"),
        ("24/7", "二十四小时"),
        ("9·11事件", "九幺幺事件"),
        ("2008-2012年", "二零零八到二零一二年"),
        ("iOS 17.2.1", "iOS 十七点二点一"),
        ("第3章", "第三章"),
        ("3点05分", "三点零五分"),
        ("3点30分", "三点三十分"),
        ("下午3点", "下午三点"),
        ("2点", "两点"),
        ("１２３号", "一百二十三号"),
        ("50％", "百分之五十"),
        ("12：30", "十二点半"),
        ("他2岁", "他两岁"),
        ("2位", "两位"),
        ("版本2.0", "版本二点零"),
        ("比分3-2领先", "比分三比二领先"),
        ("996", "九九六"),
        ("1:1", "一比一"),
        ("2023年12月25日（星期一）20:00", "二零二三年十二月二十五日（星期一）二十点"),
        ("长3.5米，宽2.1m", "长三点五米，宽二点一米"),
        ("3D", "三D"),
        ("Hi Mara", "Hi Mara"),
        ("说STOP", "说stop"),
        ("2分钟", "两分钟"),
        ("20多个", "二十多个"),
        ("100多人", "一百多人"),
        ("一共3个人", "一共三个人"),
        ("50%的", "百分之五十的"),
        ("12345", "一万两千三百四十五"),
        ("2斤", "两斤"),
        ("B超", "B超"),
        ("2-3天", "两到三天"),
        ("2-3月", "二到三月"),
        ("一二三", "一二三"),
    ],
)
def test_a_line_is_read_as_people_say_it(text, said):
    assert as_said(as_written(text)).text == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0", "零"),
        ("10", "十"),
        ("20", "二十"),
        ("101", "一百零一"),
        ("110", "一百一十"),
        ("200", "二百"),
        ("2002", "两千零二"),
        ("10010", "一万零一十"),
        ("22222", "两万两千二百二十二"),
        ("100000001", "一亿零一"),
        ("1000000000000", "一万亿"),
        ("1234500000000", "一万两千三百四十五亿"),
        ("10.05", "十点零五"),
        ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
    ],
)
def test_numbers_have_their_chinese_names(number, said):
    assert cardinal(number) == said


def test_two_of_a_thing_is_a_pair_and_one_on_the_telephone_is_yao():
    assert counted("2") == "两"
    assert counted("12") == "十二"
    assert digits("119", one="幺") == "幺幺九"


def value(said: str) -> int:
    """What a Chinese number is worth, read the other way about."""
    for large, worth in (("亿", 10**8), ("万", 10**4)):
        if large in said:
            high, _, low = said.rpartition(large)
            return value(high) * worth + value(low)
    total, digit = 0, 1 if said.startswith("十") else 0
    for letter in said:
        if letter in "十百千":
            total, digit = total + digit * 10 ** ("十百千".index(letter) + 1), 0
        else:
            digit = "零一二三四五六七八九".index(letter.replace("两", "二"))
    return total + digit


@given(st.integers(0, 10**16 - 1) | st.integers(0, 10**9) | st.integers(0, 20_000))
def test_every_number_said_is_worth_what_was_written(number):
    assert value(cardinal(str(number))) == number
    assert value(counted(f"{number:,}")) == number


_SCRAPS = st.text("0123456789.,:：/-%￥$℃°#@+=×年月日点个度室路第AaBk我￥～ ", max_size=24)


@given(_SCRAPS | st.text(max_size=40))
def test_no_text_is_too_odd_to_read_and_every_letter_has_its_place(text):
    said = as_said(as_written(text))
    assert len(said.text) == len(said.places)
    assert list(said.places) == sorted(said.places)
    assert not set("0123456789") & set(said.text)


@pytest.mark.parametrize(
    "text",
    [
        "我是FBI的，给我一杯latte。",
        "iPhone 15 Pro和WiFi密码是1234",
        "电话13812345678，打110",
        "￥500买2个A4纸",
        "3-5天，-5℃，50%",
        "他说Hello Mara，OK吧",
        "看YouTube上的video，去KTV",
        "2023年12月25日（星期一）20:00见",
    ],
)
def test_words_heard_are_the_words_written_each_with_its_time(text):
    _, speech = speak(text, "", MAN, seed=1)
    assert [word.text for word in speech.words] == [word.text for word in written_words(text)]
    assert all(word.end_s > word.start_s for word in speech.words)
