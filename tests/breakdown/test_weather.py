import pytest

from mstation.breakdown.scene import Weather
from mstation.breakdown.weather import weather_of


@pytest.mark.parametrize(
    ("text", "weather"),
    [
        ("EXT. STREET - NIGHT (RAIN)", Weather.RAIN),
        ("It is raining. He turns up his collar.", Weather.RAIN),
        ("A storm batters the pier.", Weather.STORM),
        ("Snow falls on the empty yard.", Weather.SNOW),
        ("Thick fog over the river.", Weather.FOG),
        ("外 码头 夜 大雾", Weather.FOG),
        ("天下雨了，他把衣领竖起来。", Weather.RAIN),
        ("天下着雨。", Weather.RAIN),
        ("外面下起了雨。", Weather.RAIN),
        ("外面下起了雪。", Weather.SNOW),
        ("暴雨打在窗上。", Weather.STORM),
        ("院子里飘雪，没有人。", Weather.SNOW),
    ],
)
def test_weather_is_what_is_written_as_there(text: str, weather: Weather) -> None:
    assert weather_of([text]) is weather


@pytest.mark.parametrize(
    "text",
    [
        "Rain has just stopped. A cinema.",
        "The rain stops.",
        "After the rain there is no one.",
        "下雨刚停。",
        "大雨过后，街上没人。",
        "大雨过后街上没有人。",
    ],
)
def test_rain_that_has_stopped_leaves_wet_ground(text: str) -> None:
    assert weather_of([text]) is Weather.WET


@pytest.mark.parametrize(
    "text",
    [
        "EXT. STREET - WET NIGHT",
        "A wet street. No one.",
        "The pavement is wet and the lamps burn in it.",
        "Tyres hiss on the rain-slicked road.",
        "She steps around the puddles.",
        "外 街道 湿夜",
        "雨后的街道，没有人。",
        "路面湿滑。",
        "她绕过路上的积水。",
    ],
)
def test_a_wet_night_and_puddles_tell_of_rain_that_no_longer_falls(text: str) -> None:
    assert weather_of([text]) is Weather.WET


@pytest.mark.parametrize(
    "text",
    [
        "The rain doesn't stop.",
        "It has not stopped raining.",
        "下雨下个不停。",
        "大雨没有停。",
        "雨后的街上又下起小雨。",
    ],
)
def test_rain_that_does_not_stop_falls(text: str) -> None:
    assert weather_of([text]) in (Weather.RAIN, Weather.STORM)


@pytest.mark.parametrize(
    "text",
    ["It is not raining.", "There is no rain.", "天没有下雨。", "路上没有积水。", "今天没下大雨。"],
)
def test_rain_that_never_fell_leaves_the_ground_dry(text: str) -> None:
    assert weather_of([text]) is Weather.CLEAR


@pytest.mark.parametrize(
    "text",
    [
        "Applause like rain.",
        "LENA, in a yellow raincoat, runs.",
        "He hangs up a snowman's hat.",
        "A storm of paper fills the room.",
        "The fog has lifted.",
        "Puddles of light on the stage.",
        "Her hair is wet.",
        "眼泪像雨水一样流下来。",
        "她穿着雨衣跑来。",
        "雾气散了。",
        "办公楼雨后春笋般冒出来。",
        "她的头发湿了。",
        "The train leaves.",
    ],
)
def test_what_is_only_like_weather_is_none(text: str) -> None:
    assert weather_of([text]) is Weather.CLEAR
