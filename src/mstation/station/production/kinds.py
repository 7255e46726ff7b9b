"""What a production is made of, as words: the kinds of entities, and which stands under which."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an entity is."""

    FILM = "film"
    EPISODE = "episode"
    SEQUENCE = "sequence"
    SCENE = "scene"
    SHOT = "shot"
    ASSET = "asset"


HOLDS: dict[Kind, tuple[Kind, ...]] = {  # what may stand under what; levels may be left out
    Kind.FILM: (Kind.EPISODE, Kind.SEQUENCE, Kind.SCENE, Kind.SHOT),
    Kind.EPISODE: (Kind.SEQUENCE, Kind.SCENE, Kind.SHOT),
    Kind.SEQUENCE: (Kind.SCENE, Kind.SHOT),
    Kind.SCENE: (Kind.SHOT,),
    Kind.SHOT: (),
    Kind.ASSET: (Kind.ASSET,),
}
