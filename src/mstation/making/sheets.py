"""Steps from a film's shots to its sheets: storyboard, shot list, techvis, lined script."""

from __future__ import annotations

from mstation import document
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.scene import SCENE_SCHEMA, Scene
from mstation.graph.step import Inputs, Outputs
from mstation.making.cast import CAST_SCHEMA, Cast
from mstation.making.cut import SCHEMA, FilmShots
from mstation.screenplay import script as scripts
from mstation.sheets import camera as cameras
from mstation.sheets.frames import frames_in, stills
from mstation.sheets.lined_script import lined_script
from mstation.sheets.reel import Reel
from mstation.sheets.shot_list import shot_list_csv, shot_list_pdf, shot_list_xlsx
from mstation.sheets.storyboard import storyboard as write_storyboard
from mstation.sheets.techvis import techvis_pdf, techvis_sheets, techvis_svg
from mstation.shots import shot as shots
from mstation.stage.layout import SCHEMA as LAYOUT_SCHEMA
from mstation.stage.layout import Layout
from mstation.timebase import FrameRate


def frame(inputs: Inputs) -> Outputs:
    """Return how a shot begins, clear of its fade in; where its camera moves, how it ends too."""
    segment, params = inputs.blobs["segment"].path, inputs.params
    last = frames_in(segment) - 1
    begins = min(params["fade_in_frames"], last)
    if not params["moves"]:
        return {"first": stills(segment, (begins,))[0]}
    ends = max(last - params["fade_out_frames"], begins)
    first, end = stills(segment, (begins, ends))
    return {"first": first, "end": end}


def storyboard(inputs: Inputs) -> Outputs:
    """Return the film's storyboard."""
    first = {shot: blob.read() for shot, blob in inputs.group("first").items()}
    ends = {shot: blob.read() for shot, blob in inputs.group("end").items()}
    return {"board": write_storyboard(_reel(inputs), first, ends=ends, paper=_paper(inputs))}


def techvis(inputs: Inputs) -> Outputs:
    """Return one scene's techvis to print, each shot's drawing by label, the cameras' numbers."""
    blobs = inputs.blobs
    scene = document.read(blobs["scene"].read(), Scene, SCENE_SCHEMA)
    layout = document.read(blobs["layout"].read(), Layout, LAYOUT_SCHEMA)
    listed = document.read(blobs["shots"].read(), shots.ShotList, shots.SCHEMA)
    found = {name: shots.read_take(blob.read()) for name, blob in inputs.group("take").items()}
    takes = tuple(found[shot.id] for shot in listed.shots)
    rate = FrameRate.parse(inputs.params["rate"])
    numbers = cameras.scene_cameras(listed.shots, takes, layout, rate)
    sheets = techvis_sheets(
        scene, layout, listed.shots, takes, numbers, rate=rate, language=scene.language
    )
    printed = techvis_pdf(scene, sheets, language=scene.language, paper=_paper(inputs))
    return {
        "sheets": printed,
        "cameras": document.write(numbers, cameras.SCHEMA),
        **{
            f"svg/{shot.label}": techvis_svg(sheet)
            for shot, sheet in zip(listed.shots, sheets, strict=True)
        },
    }


def shot_lists(inputs: Inputs) -> Outputs:
    """Return the shot list as a table, as a workbook, and to print."""
    reel = _reel(inputs)
    numbers = {
        facts.shot_id: facts
        for blob in inputs.group("cameras").values()
        for facts in document.read(blob.read(), cameras.SceneCameras, cameras.SCHEMA).cameras
    }
    paper = _paper(inputs)
    return {
        "table": shot_list_csv(reel, numbers),
        "workbook": shot_list_xlsx(reel, numbers, paper=paper),
        "printed": shot_list_pdf(reel, numbers, paper=paper),
    }


def lined(inputs: Inputs) -> Outputs:
    """Return the lined script."""
    data = inputs.blobs["script"].read()
    script = document.read(data, scripts.Script, scripts.SCHEMA)
    return {"lined": lined_script(_reel(inputs), script)}


def _reel(inputs: Inputs) -> Reel:
    film = document.read(inputs.blobs["shots"].read(), FilmShots, SCHEMA)
    cast = document.read(inputs.blobs["cast"].read(), Cast, CAST_SCHEMA)
    scenes = tuple(
        document.read(blob.read(), Scene, SCENE_SCHEMA)
        for _, blob in sorted(inputs.group("scene").items())
    )
    return Reel(
        title=film.title,
        language=film.language,
        rate=FrameRate.parse(film.rate),
        clips=film.clips,
        voices=film.voices,
        actions=film.actions,
        scenes=scenes,
        names={character.id: character.name for character in cast.characters},
    )


def _paper(inputs: Inputs) -> Paper:
    paper: Paper = inputs.params.get("paper", "a4")
    return paper
