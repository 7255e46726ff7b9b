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
        ("暴雨打在窗上。", Weather.STORM),
        ("院子里飘雪，没有人。", Weather.SNOW),
    ],
)
def test_weather_is_what_is_written_as_there(text: str, weather: Weather) -> None:
    assert weather_of([text]) is weather


@pytest.mark.parametrize(
    "text",
    ["Rain has just stopped. A cinema.", "The rain stops.", "下雨刚停。", "大雨过后，街上没人。"],
)
def test_rain_that_has_stopped_leaves_wet_ground(text: str) -> None:
    assert weather_of([text]) is Weather.WET


@pytest.mark.parametrize(
    "text",
    [
        "Applause like rain.",
        "LENA, in a yellow raincoat, runs.",
        "He hangs up a snowman's hat.",
        "A storm of paper fills the room.",
        "The fog has lifted.",
        "眼泪像雨水一样流下来。",
        "她穿着雨衣跑来。",
        "雾气散了。",
        "The train leaves.",
    ],
)
def test_what_is_only_like_weather_is_none(text: str) -> None:
    assert weather_of([text]) is Weather.CLEAR
