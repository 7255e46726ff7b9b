"""The film's subtitles as steps: files, and a second movie that has them in its picture."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.film import FilmSettings, Json
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.steps import BURN, MOVIE, SUBTITLES

SUBTITLED = "film.subtitled.mp4"
_SLATE = 0.05  # of the picture's height, what a slate takes of its lower edge


@dataclass(frozen=True, slots=True)
class Titles:
    """The film's subtitles: files by name, what is doubtful, the cards of each shot to burn."""

    files: dict[str, str]
    doubts: list[Json]
    of_shots: dict[str, str]  # by the shots' labels
    tracks: dict[str, str]  # for a movie that carries them


async def make_titles(build: Build, shots: str, settings: FilmSettings) -> Titles:
    """Return the film's subtitles in its language and, given a translation, in the other."""
    wish = settings.titles
    inputs = {"shots": shots}
    if wish.translation:
        inputs["translation"] = build.put(wish.translation)
    params: Json = {"burn": wish.burn, "translation": wish.name}
    params |= {"track": True} if wish.has_track else {}
    made = await build.make(SUBTITLES, params=params, inputs=inputs)
    return Titles(
        made.group("file"), build.json(made["doubts"]), made.group("shot"), made.group("track")
    )


async def make_subtitled(
    build: Build,
    titles: Titles,
    segments: dict[str, str],
    sound: dict[str, str],
    settings: FilmSettings,
) -> dict[str, str]:
    """Return the movie with its subtitles, if one is wanted, by file name.

    They are in its picture, or tracks of their own for players to show.

    segments: the shots' pictures by label, in the film's order; those without words are kept.
    sound: the mix, as the movie takes it.
    """
    wish = settings.titles
    if not (wish.burn or wish.has_track):
        return {}
    params = {"rate": str(settings.rate), "lift": _SLATE if settings.slate else 0.0}

    async def burnt(label: str) -> Made:
        inputs = {"segment": segments[label], "titles": titles.of_shots[label]}
        return await build.make(BURN, label, params=params, inputs=inputs)

    made = await gather(burnt(label) for label in titles.of_shots)
    shown = segments | {each.label: each["segment"] for each in made}
    inputs = {f"segment/{index:05d}": digest for index, digest in enumerate(shown.values())}
    inputs |= {f"track/{number}": digest for number, digest in titles.tracks.items()}
    movie = await build.make(
        MOVIE, "subtitled", params=settings.picture, inputs={**inputs, **sound}
    )
    return {SUBTITLED: movie["movie"]}
