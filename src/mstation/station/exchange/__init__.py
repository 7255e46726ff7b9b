"""The exchange: what may be used of whom, for how much, and the proof of it."""
