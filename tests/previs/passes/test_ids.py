import json
from itertools import pairwise

import mmh3
import numpy as np
import pytest

from mstation.previs.passes.cryptomatte import id_of
from mstation.previs.passes.geometry import draw, geometry_of
from mstation.previs.passes.ids import CHARACTERS, OBJECTS, colours_of, ids_pass
from mstation.stage.performance import Prop
from tests.previs.passes.reading import exr, matte, pictures
from tests.previs.passes.shown import HEIGHT, WIDTH, open_air, order, person, room, still, take

LETTER = Prop("信", "letter", (0.35, 1.2, 0.6), 0.0, (0.2, 0.02, 0.3), "bt-a", end_frame=1)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    people = person("MARA", 1, at=(0.0, -0.4)), person("老陈", 1, at=(0.6, -0.9))
    shown = take(still(1), *people, props=(LETTER,))
    delivery = ids_pass(room(), shown, order(tmp_path_factory.mktemp("ids")))
    geometry = geometry_of(room(), shown, width=WIDTH, height=HEIGHT)
    draw(geometry, 0)
    return delivery, geometry


def _file(delivery):
    return delivery.files["ids/ids.0000.exr"]


def test_ids_are_those_of_the_specification():
    assert mmh3.hash("hello", signed=False) == 0x248BFA47
    assert id_of("hello") == 0x248BFA47
    for name in (f"set/chair_{number}" for number in range(3000)):
        value = np.uint32(id_of(name)).view(np.float32)
        assert np.isfinite(value)
        assert abs(value) >= np.finfo(np.float32).tiny


def test_the_header_says_what_its_ids_are_called(written):
    header, _ = exr(_file(written[0]))
    keys = [key for key in header if key.startswith("cryptomatte/")]
    assert len(keys) == 8
    for layer in (OBJECTS, CHARACTERS):
        key = f"cryptomatte/{mmh3.hash(layer, signed=False):08x}"[:19]
        assert header[f"{key}/name"] == layer
        assert header[f"{key}/hash"] == "MurmurHash3_32"
        assert header[f"{key}/conversion"] == "uint32_to_float32"
        manifest = json.loads(header[f"{key}/manifest"])
        assert manifest["cast/MARA"] == f"{id_of('cast/MARA'):08x}"
        assert "cast/老陈" in manifest
    assert "props/信" not in manifest


def test_a_name_comes_back_from_the_file_as_its_matte(written):
    delivery, geometry = written
    assert {"cast/MARA", "cast/老陈", "props/信", "set/shell"} <= {
        thing.name for thing in geometry.things
    }
    for number, thing in enumerate(geometry.things):
        found = matte(_file(delivery), OBJECTS, thing.name)
        own = geometry.seen == number
        assert abs(found.sum() - own.sum()) < 0.02 * own.sum() + 6
        assert not ((found == 1.0) & ~own).any()
    mara = matte(_file(delivery), OBJECTS, "cast/MARA")
    assert (mara > 0.999).sum() > 200


def test_coverage_is_real_at_outlines_and_adds_up_to_one(written):
    delivery, _ = written
    mara = matte(_file(delivery), OBJECTS, "cast/MARA")
    partly = (mara > 0) & (mara < 1)
    assert partly.sum() > 50
    assert len(np.unique(mara[partly])) > 8
    _, channels = exr(_file(delivery))
    shares = [f"{OBJECTS}{rank:02d}.{letter}" for rank in range(3) for letter in "GA"]
    total = sum(channels[name].astype(float) for name in shares)
    np.testing.assert_allclose(total, 1.0)
    for more, less in pairwise(shares):
        assert (channels[more] >= channels[less]).all()


def test_the_sky_is_nobodys(tmp_path):
    shown = take(still(1, (0.0, 1.2, 6.0)))
    delivery = ids_pass(open_air(), shown, order(tmp_path))
    _, channels = exr(_file(delivery))
    flat = pictures(delivery.files["ids.mp4"])[0]
    sky = ~flat.any(axis=-1)
    inner = sky & (channels[f"{OBJECTS}00.G"] == 0)
    assert inner.sum() > 0.9 * sky.sum() > 0
    assert not channels[f"{OBJECTS}00.R"][inner].any()


def test_characters_are_the_same_in_both_layers_and_nothing_else_is_a_character(written):
    path = _file(written[0])
    for name in ("cast/MARA", "cast/老陈"):
        np.testing.assert_array_equal(matte(path, CHARACTERS, name), matte(path, OBJECTS, name))
    _, channels = exr(path)
    everybody = sum(matte(path, OBJECTS, name) for name in ("cast/MARA", "cast/老陈"))
    shares = [f"{CHARACTERS}{rank:02d}.{letter}" for rank in range(3) for letter in "GA"]
    np.testing.assert_allclose(sum(channels[name] for name in shares), everybody)


def test_the_flat_picture_has_exactly_the_colours_that_are_told(written):
    delivery, geometry = written
    told = {row["name"]: row["rgb"] for row in delivery.facts["things"]}
    flat = pictures(delivery.files["ids.mp4"])[0]
    for number, thing in enumerate(geometry.things):
        wanted = [int(told[thing.name][at : at + 2], 16) for at in (1, 3, 5)]
        assert (flat[geometry.seen == number] == wanted).all()
    assert len(set(told.values())) == len(told)


def test_a_name_keeps_its_colour_whoever_else_is_there():
    assert colours_of(["cast/A", "cast/MARA"])[1] == colours_of(["cast/MARA"])[0]
    assert len(set(colours_of([f"set/tree_{i}" for i in range(200)]))) == 200
