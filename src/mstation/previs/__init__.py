"""Shots to frames: meshes, light, rasteriser, segments; and the stage as USD."""
