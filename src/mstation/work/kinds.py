"""What can be asked for: each kind of job, its parameters, and the function that does it.

A function is named by a dotted path, so that whoever asks for work imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from mstation.errors import InvalidInput
from mstation.station.exchange.preparing import PREPARE_JOB
from mstation.station.proxies import PROXY_JOB
from mstation.station.work_orders.deliveries import CHECK_JOB
from mstation.timebase import FrameRate

GIB = 1024**3
MOST_FRAMES = 500_000  # of one clip: five hours at 25 a second
MOST_SCRIPT_BYTES = 64_000_000  # of a table of its lines too
MOST_TAKES = 5000  # recorded files of one film, which has no more lines than that
_MOST_FAULTS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    `function` is `package.module:name`; it gets the parameters and a `Desk`, and returns the
    result as plain JSON. It is done again when its worker is killed, so doing it twice must be as
    good as doing it once.
    """

    parameters: type[Any]
    function: str
    memory_bytes: int = 2 * GIB  # of each of its processes
    tries: int = 3  # how often it may fail before it has failed
    files: tuple[str, ...] = ()  # parameters that name files, which whoever asks must see
    needs: tuple[str, ...] = ()  # rights besides: it is done in the name of whoever asks
    is_asked_for: bool = True  # False: by the station alone, of something of a party


def _rate(text: str) -> str:
    return str(FrameRate.parse(text))


Side = Annotated[int, Field(ge=64, le=7680, multiple_of=2)]
Notes = Annotated[str, Field(max_length=1_000_000)]
Word = Annotated[str, Field(max_length=40)]
Rate = Annotated[str, Field(max_length=20), AfterValidator(_rate)]
Reference = Annotated[str, Field(min_length=1, max_length=20)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Frame = Annotated[int, Field(ge=0, le=100_000_000)]


@dataclass(frozen=True, slots=True)
class FilmBuild:
    """What a film is built from: a screenplay, and what `mstation make` can be told.

    The screenplay and the translation are told as text, or are files of the project in any format
    that is read; recorded voices are files that are named as their lines are. Which shot is which
    is known from the earlier builds under the same name; left out, it is the file's.
    """

    script: Annotated[str, Field(max_length=4_000_000)] = ""
    script_file_id: Annotated[str, Field(max_length=20)] | None = None
    name: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f\x7f]{0,200}$")] = ""
    film_notes: Notes = ""  # the text of its film.toml
    directions: Notes = ""  # the text of its direction.toml
    score_wishes: Notes = ""  # the text of its score.toml
    production: Notes = ""  # the text of its production.toml
    board: Annotated[str, Field(max_length=4_000_000)] = ""  # board.json: strips as people put them
    take_file_ids: Annotated[tuple[Reference, ...], Field(max_length=MOST_TAKES)] = ()
    translation: Annotated[str, Field(max_length=4_000_000)] = ""  # a filled table of its lines
    translation_file_id: Reference | None = None
    subtitles: Literal["files", "track", "burn", "burn-translation", "burn-bilingual"] = "files"
    width: Side = 1280
    height: Side = 720
    rate: Rate = "24"
    language: Literal["auto", "en", "zh"] = "auto"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    style: Word = ""
    look: Literal["toon", "clay", "pencil"] = "toon"
    figures: Literal["people", "mannequin"] = "people"
    depth_of_field: bool = True
    slate: bool = False
    loudness: Literal["web", "ebu-r128", "streaming"] = "web"

    def __post_init__(self) -> None:
        if bool(self.script) is (self.script_file_id is not None):
            raise ValueError("give the screenplay either as `script` or as `script_file_id`")
        is_translated = bool(self.translation) or self.translation_file_id is not None
        if self.translation and self.translation_file_id is not None:
            raise ValueError("give either `translation` or `translation_file_id`")
        if self.subtitles in ("burn-translation", "burn-bilingual") and not is_translated:
            raise ValueError("such subtitles need `translation` or `translation_file_id`")


@dataclass(frozen=True, slots=True)
class FilmPublish:
    """A film that a job built: its pictures become versions of the shots that are tracked."""

    job_id: Annotated[str, Field(max_length=20)]


@dataclass(frozen=True, slots=True)
class AssetPrepare:
    """Of which version of an asset the previews are made."""

    asset_version_id: Reference


@dataclass(frozen=True, slots=True)
class MediaProxy:
    """Of which file a proxy is made."""

    file_id: Reference


@dataclass(frozen=True, slots=True)
class DeliveryCheck:
    """Which delivery is checked."""

    delivery_id: Reference


@dataclass(frozen=True, slots=True)
class RenderedClip:
    """What of which media is shown in a cut, and what is heard."""

    name: Annotated[str, Field(max_length=200)]  # of the shot; "": black
    digest: Digest | None  # of the media; None, and no `digests`: a slate with the name
    first: Frame  # of the media, from 0
    frames: Annotated[int, Field(ge=1, le=MOST_FRAMES)]
    sound_first: Frame | None  # frame of the film's sound at the clip's first; None: silence
    digests: Annotated[tuple[Digest, ...], Field(max_length=MOST_FRAMES)] = ()  # a file a frame
    speed: Annotated[str, Field(pattern=r"^-?[0-9]{1,9}(/[1-9][0-9]{0,8})?$")] = "1"
    entity_id: Reference | None = None  # for those who look at the screening
    version_id: Reference | None = None


@dataclass(frozen=True, slots=True)
class CutRender:
    """A cut as it is to be shown."""

    cut_id: Reference
    rate: Rate
    clips: Annotated[tuple[RenderedClip, ...], Field(min_length=1, max_length=20_000)]
    sound: Digest | None = None  # of the film that the script's cut came with
    width: Side = 1280
    height: Side = 720


KINDS: dict[str, Kind] = {
    PREPARE_JOB: Kind(
        AssetPrepare, "mstation.work.assets:prepare", memory_bytes=6 * GIB, is_asked_for=False
    ),
    "film.build": Kind(
        FilmBuild,
        "mstation.work.film:build",
        memory_bytes=4 * GIB,
        files=("script_file_id", "translation_file_id", "take_file_ids"),
    ),
    "film.publish": Kind(
        FilmPublish,
        "mstation.work.publishing:publish",
        needs=("versions.add", "files.add", "cuts.add"),
    ),
    "cut.render": Kind(
        CutRender,
        "mstation.work.rendering:render",
        memory_bytes=4 * GIB,
        needs=("cuts.read", "files.read"),
    ),
    CHECK_JOB: Kind(
        DeliveryCheck,
        "mstation.work.checking:check",
        memory_bytes=4 * GIB,
        needs=("work_deliveries.check",),
    ),
    PROXY_JOB: Kind(
        MediaProxy, "mstation.work.proxies:make", memory_bytes=4 * GIB, files=("file_id",)
    ),
}


def kind_of(name: str, kinds: Mapping[str, Kind] = KINDS) -> Kind:
    """Return a kind of job that people may ask for.

    Raises:
        InvalidInput: when there is none of that name.
    """
    if name not in kinds or not kinds[name].is_asked_for:
        known = ", ".join(each for each, kind in kinds.items() if kind.is_asked_for)
        raise InvalidInput(
            f"there is no kind of job `{name[:40]}`; there are: {known}",
            zh=f"没有 `{name[:40]}` 这种任务；可用：{known}",
        )
    return kinds[name]


def files_named(kind: Kind, parameters: Mapping[str, Any]) -> list[str]:
    """Return the ids of all files that the parameters of a job name."""
    named = (parameters[name] for name in kind.files)
    return [
        id_
        for each in named
        if each is not None
        for id_ in ([each] if isinstance(each, str) else each)
    ]


def read_parameters(kind: Kind, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters of a job, checked, as plain JSON.

    Raises:
        InvalidInput: when one is missing, unknown or cannot be meant.
    """
    unknown = told.keys() - kind.parameters.__dataclass_fields__.keys()
    if unknown:
        names = ", ".join(sorted(name[:40] for name in unknown)[:_MOST_FAULTS])
        raise InvalidInput(f"no such parameters: {names}", zh=f"没有这些参数：{names}")
    reader: TypeAdapter[Any] = TypeAdapter(kind.parameters)
    try:
        read = reader.validate_python(dict(told))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)[:_MOST_FAULTS]
        )
        raise InvalidInput(f"parameters: {faults}", zh=f"参数有误：{faults}") from error
    plain: dict[str, Any] = reader.dump_python(read, mode="json")
    return plain
