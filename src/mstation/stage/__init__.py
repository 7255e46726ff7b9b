"""Scenes and speech to a stage: sets, marks, bodies, blocking, joint curves; no pixels."""
