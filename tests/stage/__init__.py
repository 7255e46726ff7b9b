"""Tests of sets, bodies, blocking and motion."""
