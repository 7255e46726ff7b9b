"""Steps from the film's voices to its subtitles: as files, and in the picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from mstation import document
from mstation.cut.card_times import Reel, hasty
from mstation.cut.cards import Card, Hasty
from mstation.cut.subrip import clock, write_srt
from mstation.cut.subtitles import cards_of, cards_of_both
from mstation.cut.timeline import Clip
from mstation.cut.translation import Doubt, translate
from mstation.cut.webvtt import write_vtt
from mstation.cut.wording import reading_of
from mstation.filled_table import read_table
from mstation.graph.step import Inputs, Outputs
from mstation.making.cut import SCHEMA, FilmShots
from mstation.making.facts import as_json
from mstation.media.burning import Title, TitleRow, burn_titles
from mstation.media.text_track import TextTrack
from mstation.timebase import FrameRate

TRACK_SCHEMA = "mstation.text-track/1"


def subtitles(inputs: Inputs) -> Outputs:
    """Return the film's subtitles as `file/NAME`, what is doubtful, and the cards of each shot.

    Asked for a movie's track, they come as that too.

    The cards of a shot count from its own first frame, so that a shot that moves is not made again.
    """
    film = document.read(inputs.blobs["shots"].read(), FilmShots, SCHEMA)
    rate = FrameRate.parse(film.rate)
    reel = Reel(rate, film.frames, tuple(clip.film_first_frame for clip in film.clips))
    cards = {"original": cards_of(film.voices, film.language, reel)}
    outputs = _files("subtitles", cards["original"], film.language, rate)
    doubts = _told("subtitles.srt", cards["original"], (film.language,), reel)
    if "translation" in inputs.blobs:
        name = inputs.params["translation"]
        table = read_table(inputs.blobs["translation"].read(), name)
        tongue, done = table.tongue_for(film.language), translate(table, film.voices)
        spoken = [
            other if other.text else replace(other, text=voice.text)
            for voice, other in zip(film.voices, done.voices, strict=True)
        ]
        cards["translation"] = cards_of(spoken, tongue, reel)
        cards["bilingual"] = cards_of_both(film.voices, film.language, done.voices, tongue, reel)
        outputs |= _files(f"subtitles.{tongue}", cards["translation"], tongue, rate)
        outputs |= _files("subtitles.bilingual", cards["bilingual"], film.language, rate)
        doubts += [{"file": name, **asdict(doubt)} for doubt in done.doubts]
        doubts += _told(f"subtitles.{tongue}.srt", cards["translation"], (tongue,), reel)
        both = (film.language, tongue)
        doubts += _told("subtitles.bilingual.srt", cards["bilingual"], both, reel)
    if inputs.params.get("track"):
        outputs["track/0"] = _track(cards["original"], film.language)
        if "translation" in cards:
            outputs["track/1"] = _track(cards["translation"], tongue)
    if burnt := inputs.params["burn"]:
        outputs |= _by_shot(film.clips, cards[burnt])
    return {**outputs, "doubts": as_json(doubts)}


def _files(name: str, cards: Sequence[Card], tongue: str, rate: FrameRate) -> Outputs:
    return {
        f"file/{name}.srt": write_srt(cards, rate),
        f"file/{name}.vtt": write_vtt(cards, tongue, rate),
    }


def _track(cards: Sequence[Card], tongue: str) -> bytes:
    """Return cards as a track of a movie, in film frames."""
    titles = (_title(card, card.first_frame, card.end_frame) for card in cards)
    return document.write(TextTrack(tongue, tuple(titles)), TRACK_SCHEMA)


def _title(card: Card, first_frame: int, end_frame: int) -> Title:
    rows = tuple(TitleRow(row.shown, row.is_unseen) for row in card.rows)
    return Title(first_frame, end_frame, rows)


def _told(
    name: str, cards: Sequence[Card], tongues: Sequence[str], reel: Reel
) -> list[dict[str, str]]:
    """Return what is to be said of cards that cannot be read in their time."""
    found = hasty(cards, [reading_of(tongue) for tongue in tongues], reel)
    return [{"file": name, **asdict(_too_fast(each, reel.rate))} for each in found]


def _too_fast(card: Hasty, rate: FrameRate) -> Doubt:
    at = clock(card.first_frame, rate).partition(",")[0]
    why, why_zh = (
        ("the film ends there", "影片到此结束")
        if card.is_last
        else ("it is spoken that fast, and the next line follows", "语速过快，且下一句紧接其后")
    )
    return Doubt(
        f"subtitle {card.number} at {at} reads at {card.speed:.1f} characters a second, "
        f"{card.most} can be read: {why}",
        f"第 {card.number} 条字幕（{at}）每秒需读 {card.speed:.1f} 字，"
        f"上限为 {card.most} 字：{why_zh}",
    )


def _by_shot(clips: Sequence[Clip], cards: Sequence[Card]) -> Outputs:
    """Return the cards that stand in each shot, in the shot's frames; none where there is none."""
    outputs: Outputs = {}
    for clip in clips:
        first, end = clip.film_first_frame, clip.film_end_frame
        titles = [
            asdict(
                _title(card, max(card.first_frame, first) - first, min(card.end_frame, end) - first)
            )
            for card in cards
            if card.first_frame < end and first < card.end_frame
        ]
        if titles:
            outputs[f"shot/{clip.shot.label}"] = as_json(titles)
    return outputs


def burn(inputs: Inputs) -> Outputs:
    """Return a shot's segment with its cards in the picture."""
    titles = [
        Title(each["first_frame"], each["end_frame"], tuple(TitleRow(**r) for r in each["rows"]))
        for each in json.loads(inputs.blobs["titles"].read())
    ]
    path = inputs.scratch / "segment.mp4"
    burn_titles(
        inputs.blobs["segment"].path,
        titles,
        path,
        rate=FrameRate.parse(inputs.params["rate"]),
        lift=inputs.params["lift"],
        tick=inputs.tick,
    )
    return {"segment": path}
