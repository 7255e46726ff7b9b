"""The steps of a film: each a name, a version, a function by its path, and what it stands on.

`make pin` counts a version up where the source that a step runs has changed.
"""

from __future__ import annotations

from mstation.graph.step import Step

READ = Step("read", 8, "mstation.making.text:read", ("pydantic",))
IDENTIFY = Step("identify", 8, "mstation.making.text:identify", ("pydantic",))
BREAK_DOWN = Step("breakdown", 8, "mstation.making.text:break_down", ("pydantic",))
NOTES = Step("notes", 6, "mstation.making.directing:notes", ("pydantic",))
DIRECTIONS = Step("directions", 6, "mstation.making.directing:read", ("pydantic",))
CAST = Step("cast", 8, "mstation.making.people:cast", ("pydantic", "numpy"))
SPEAK = Step(
    "speak",
    8,
    "mstation.making.people:speak",
    ("numpy", "numba", "hibari-tts", "onnxruntime", "espeakng-loader", "av"),
)
VOICE_FILES = Step("voice files", 1, "mstation.making.own_voices:tried", SPEAK.libraries)
TAKES = Step("takes", 2, "mstation.making.takes:match", ("pydantic",))
TAKE = Step("take", 2, "mstation.making.takes:take", (*SPEAK.libraries, "pydantic"))
VOICE_LINES = Step("voice lines", 2, "mstation.making.takes:lines", ("pydantic",))
BUILD_SET = Step("set", 8, "mstation.making.staging:build_set", ("numpy", "numba", "pydantic"))
STAGE = Step("stage", 8, "mstation.making.staging:stage", ("numpy", "numba", "pydantic"))
DESIGN = Step("shots", 8, "mstation.making.staging:design", ("numpy", "numba", "pydantic"))
DIRECT = Step("directed shots", 6, "mstation.making.staging:direct", ("numpy", "numba", "pydantic"))
DOUBTS = Step("doubts", 6, "mstation.making.directing:doubts", ("pydantic",))
RENDER = Step(
    "render",
    9,
    "mstation.making.pictures:render",
    ("numpy", "numba", "av", "fonttools", "mapbox-earcut"),
    (
        "share/mstation/fonts/CourierPrime_400Regular.ttf",
        "share/mstation/fonts/NotoSansSC_400Regular.ttf",
    ),
)
RENDER_GPU = Step(
    "gpu render",
    5,
    "mstation.making.gpu:render",
    (*RENDER.libraries, "moderngl"),
    (
        *RENDER.data,
        *(
            f"mstation.previs/shaders/{name}"
            for name in (
                "backdrop.frag", "backdrop.vert", "finish.frag", "scene.glsl", "surface.frag",
                "surface.vert", "tone.glsl", "video.frag",
            )
        ),
    ),
)  # fmt: skip
RENDERERS = {"numba": RENDER, "gpu": RENDER_GPU}
PASS = Step(
    "pass",
    5,
    "mstation.making.passes:one",
    ("numpy", "numba", "av", "openexr", "mmh3", "fonttools", "mapbox-earcut"),
    (
        "share/mstation/fonts/CourierPrime_400Regular.ttf",
        "share/mstation/fonts/NotoSansSC_400Regular.ttf",
    ),
)
PASSES = Step("passes", 5, "mstation.making.passes:told", ("pydantic",))
SCENE_USD = Step("usd", 9, "mstation.making.pictures:scene_usd", ("numpy", "usd-core"))
SCENE_GLTF = Step("gltf", 5, "mstation.making.pictures:scene_gltf", ("numpy", "numba"))
# Blender is no library of ours: what it was is written beside the pictures that it made.
FINAL = Step("final", 5, "mstation.making.finals:final", ("numpy", "usd-core", "av"))
FILM_USD = Step("film usd", 9, "mstation.making.pictures:film_usd", ("usd-core",))
SPOT = Step("spotting", 2, "mstation.making.score:spot", ("pydantic",))
PLAN_SCORE = Step("score plan", 2, "mstation.making.score:plan", ("pydantic",))
CUE = Step(
    "score",
    8,
    "mstation.making.score:cue",
    ("numpy", "numba", "symusic", "av", "pydantic"),
    ("share/mstation/soundfonts/FluidR3Mono_GM.sf3",),
)
MIDI = Step("midi", 8, "mstation.making.score:midi", ("numpy", "symusic", "pydantic"))
SHEET_MUSIC = Step("sheet music", 2, "mstation.making.score:sheet_music", ("symusic", "pydantic"))
DIALOGUE = Step("dialogue", 2, "mstation.making.room:dialogue", ("numpy", "pydantic"))
AMBIENCE = Step("ambience", 1, "mstation.making.room:ambience", ("numpy", "pydantic"))
EFFECTS = Step("effects", 2, "mstation.making.room:effects", ("numpy", "pydantic"))
MIX_PLAN = Step("mix plan", 1, "mstation.making.mixing:plan", ("numpy", "numba"))
MIX_SECTION = Step("mix section", 1, "mstation.making.mixing:section", ("numpy", "numba"))
MIX = Step("mix", 8, "mstation.making.mixing:mix", ("numpy", "numba", "pydantic"))
STEM = Step("stem", 1, "mstation.making.mixing:stem", ("numpy", "numba"))
SOUND_REPORT = Step("sound report", 2, "mstation.making.mixing:report", ("numpy", "pydantic"))
SHOT_LIST = Step("shot list", 9, "mstation.making.editing:shot_list", ("pydantic",))
TIMELINE = Step("otio", 9, "mstation.making.editing:timeline", ("opentimelineio",))
SUBTITLES = Step("subtitles", 9, "mstation.making.titling:subtitles", ("pydantic",))
BURN = Step(
    "burnt subtitles",
    2,
    "mstation.making.titling:burn",
    ("av", "numpy", "pillow"),
    ("share/mstation/fonts/NotoSansSC_400Regular.ttf",),
)
MOVIE = Step("movie", 9, "mstation.making.editing:movie", ("av", "numpy"))
FRAME = Step("frame", 6, "mstation.making.sheets:frame", ("av",))
STORYBOARD = Step(
    "storyboard",
    6,
    "mstation.making.sheets:storyboard",
    ("reportlab", "pydantic"),
    ("share/mstation/fonts/NotoSansSC_400Regular.ttf",),
)
TECHVIS = Step(
    "techvis",
    6,
    "mstation.making.sheets:techvis",
    ("reportlab", "pydantic", "numpy"),
    ("share/mstation/fonts/NotoSansSC_400Regular.ttf",),
)
SHEETS = Step(
    "shot sheets",
    6,
    "mstation.making.sheets:shot_lists",
    ("reportlab", "pydantic", "xlsxwriter"),
    ("share/mstation/fonts/NotoSansSC_400Regular.ttf",),
)
LINED = Step(
    "lined script",
    6,
    "mstation.making.sheets:lined",
    ("reportlab", "pydantic"),
    (
        "share/mstation/fonts/CourierPrime_400Regular.ttf",
        "share/mstation/fonts/CourierPrime_400Regular_Italic.ttf",
        "share/mstation/fonts/CourierPrime_700Bold.ttf",
        "share/mstation/fonts/CourierPrime_700Bold_Italic.ttf",
        "share/mstation/fonts/NotoSansMono_400Regular.ttf",
        "share/mstation/fonts/NotoSansMono_700Bold.ttf",
        "share/mstation/fonts/NotoSansSC_400Regular.ttf",
        "share/mstation/fonts/NotoSansSC_700Bold.ttf",
        "share/mstation/fonts/NotoSerifSC_400Regular.ttf",
    ),
)
STRIPS = Step("strips", 1, "mstation.making.strips:strips", ("pydantic",))
SCHEDULE = Step(
    "schedule",
    1,
    "mstation.making.scheduling:schedule",
    ("numpy", "numba", "ortools", "astral", "holidays", "pydantic"),
)
PLAN_SHEETS = Step(
    "plan sheets",
    1,
    "mstation.making.plan_sheets:sheets",
    ("reportlab", "xlsxwriter", "icalendar", "astral", "holidays", "pydantic"),
    LINED.data,
)

STEPS = (
    READ, IDENTIFY, BREAK_DOWN, NOTES, DIRECTIONS, CAST, VOICE_FILES, SPEAK, TAKES, TAKE,
    VOICE_LINES, BUILD_SET, STAGE, DESIGN, DIRECT, DOUBTS, RENDER, RENDER_GPU, PASS, PASSES,
    SCENE_USD, SCENE_GLTF, FINAL, FILM_USD, SPOT, PLAN_SCORE, CUE, MIDI, SHEET_MUSIC, DIALOGUE,
    AMBIENCE, EFFECTS, MIX_PLAN, MIX_SECTION, MIX, STEM, SOUND_REPORT,
    SHOT_LIST, TIMELINE, SUBTITLES, BURN, MOVIE, FRAME, STORYBOARD, TECHVIS, SHEETS, LINED,
    STRIPS, SCHEDULE, PLAN_SHEETS,
)  # fmt: skip
