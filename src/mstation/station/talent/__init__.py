"""Talent: who can do what, who says so, when they are free, and what they agreed to."""
