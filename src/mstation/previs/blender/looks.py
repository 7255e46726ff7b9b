"""A scene's light and surfaces, as a path tracer needs them. Runs inside Blender.

Our renderer adds light as a white wall gives it back, lights rooms over their walls and draws no
face from behind; so does this.
Source: Blender's manual: a sun's strength is the watts on a square metre, a point lamp's power is
spread over 4π steradians, and a matt surface gives back 1/π of what falls on it.
"""

from __future__ import annotations

import math
from typing import Any

import bpy
from mathutils import Vector

from mstation.previs.blender.scene_in import BLENDER_FROM_OURS, Said, collection_of

_SPECULAR = 0.2
_LAMP_M = 0.8  # what shines and is wider than this is a house, and throws a shadow
_HAZE = 0.35  # how sharply the backdrop turns from horizon to zenith


def dress(scene: Any, placed: dict[str, Any], cues: Said) -> None:
    """Light a scene and make its surfaces."""
    for material in {slot.material for each in placed.values() for slot in each.material_slots}:
        _make_surface(material)
    for path, each in placed.items():
        shines = any(slot.material.name.startswith("glowing") for slot in each.material_slots)
        if path == "set/shell" and cues["is_interior"]:
            each.visible_shadow = each.visible_diffuse = False
        elif path in ("set/horizon", "set/glass") or (shines and min(each.dimensions) < _LAMP_M):
            each.visible_shadow = False  # or a lampshade would keep its lamp's light in
    said = cues["light"]
    _add_sun(scene, said)
    _add_lamps(scene, said)
    scene.world = _world(scene.name, said)
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.view_settings.exposure = math.log2(max(said["exposure"], 1e-3))


def _make_surface(material: Any) -> None:
    """Give a surface its roughness, and let the lens see through what shows its back."""
    tree = material.node_tree
    nodes = tree.nodes
    if "Backs" in nodes:
        return
    surface = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    surface.inputs["Roughness"].default_value = 0.85
    surface.inputs["Specular IOR Level"].default_value = _SPECULAR
    if surface.inputs["Emission Color"].is_linked:
        surface.inputs["Emission Strength"].default_value = 1.0
    out = next(node for node in nodes if node.type == "OUTPUT_MATERIAL")
    geometry, path = nodes.new("ShaderNodeNewGeometry"), nodes.new("ShaderNodeLightPath")
    both, clear = nodes.new("ShaderNodeMath"), nodes.new("ShaderNodeBsdfTransparent")
    both.operation = "MULTIPLY"
    mix = nodes.new("ShaderNodeMixShader")
    mix.name = "Backs"
    for source, target in (
        (geometry.outputs["Backfacing"], both.inputs[0]),
        (path.outputs["Is Camera Ray"], both.inputs[1]),
        (both.outputs[0], mix.inputs[0]),
        (surface.outputs[0], mix.inputs[1]),
        (clear.outputs[0], mix.inputs[2]),
        (mix.outputs[0], out.inputs["Surface"]),
    ):
        tree.links.new(source, target)


def _add_sun(scene: Any, said: Said) -> None:
    sun = said["lights"]["sun"]
    data = bpy.data.lights.new(f"{scene.name} sun", "SUN")
    data.energy, data.color, data.angle = sun["amount"], sun["colour"], math.radians(0.53)
    each = bpy.data.objects.new(data.name, data)
    towards = Vector((BLENDER_FROM_OURS[:3, :3] @ said["towardsSun"]).tolist())
    each.rotation_mode = "QUATERNION"
    each.rotation_quaternion = towards.to_track_quat("Z", "Y")
    collection_of(scene, "lights").objects.link(each)


def _add_lamps(scene: Any, said: Said) -> None:
    for name, lamp in said["lights"].items():
        if not name.startswith("lamp"):
            continue
        data = bpy.data.lights.new(f"{scene.name} {name}", "POINT")
        # USD's amount, spread over a sphere's surface, in watts.
        data.energy, data.color = math.pi * lamp["amount"], lamp["colour"]
        data.shadow_soft_size = lamp["radius"]
        each = bpy.data.objects.new(data.name, data)
        each.location = (BLENDER_FROM_OURS[:3, :3] @ lamp["position"]).tolist()
        collection_of(scene, "lights").objects.link(each)


def _world(name: str, said: Said) -> Any:
    """Return a world that lights from sky and ground, and shows the backdrop to the lens."""
    world = bpy.data.worlds.new(name)
    world.use_nodes = True
    tree = world.node_tree
    nodes, link = tree.nodes, tree.links.new
    nodes.clear()
    place, parts = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ")
    link(place.outputs["Generated"], parts.inputs[0])
    up = parts.outputs["Z"]
    ambient = _blend(tree, up, said["ground"], said["sky"], -1.0, 1.0)
    seen = _blend(tree, up, said["backdropHorizon"], said["backdropTop"], 0.0, _HAZE)
    path, choose = nodes.new("ShaderNodeLightPath"), nodes.new("ShaderNodeMixShader")
    link(path.outputs["Is Camera Ray"], choose.inputs[0])
    for colour, socket in ((ambient, choose.inputs[1]), (seen, choose.inputs[2])):
        back = nodes.new("ShaderNodeBackground")
        link(colour, back.inputs["Color"])
        link(back.outputs[0], socket)
    link(choose.outputs[0], nodes.new("ShaderNodeOutputWorld").inputs["Surface"])
    return world


def _blend(
    tree: Any, value: Any, low: list[float], high: list[float], start: float, end: float
) -> Any:
    """Return the socket of a colour that runs from one to another as a value runs."""
    ramp, mix = tree.nodes.new("ShaderNodeMapRange"), tree.nodes.new("ShaderNodeMix")
    ramp.inputs["From Min"].default_value, ramp.inputs["From Max"].default_value = start, end
    tree.links.new(value, ramp.inputs["Value"])
    mix.data_type = "RGBA"
    colours = [socket for socket in mix.inputs if socket.type == "RGBA"]
    colours[0].default_value, colours[1].default_value = (*low, 1.0), (*high, 1.0)
    tree.links.new(ramp.outputs["Result"], mix.inputs["Factor"])
    return next(socket for socket in mix.outputs if socket.type == "RGBA")
