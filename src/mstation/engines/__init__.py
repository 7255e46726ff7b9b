"""Engines run steps; they know nothing of film."""
