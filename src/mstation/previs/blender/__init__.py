"""Blender as a guest: a film's USD in, `.blend` files and final pictures out.

`finding` and `cues` are ours and run with us. `scene_in`, `looks`, `cameras`, `save` and `final`
run inside Blender, in a process of its own: they import nothing but `bpy`, numpy and each other.
"""
