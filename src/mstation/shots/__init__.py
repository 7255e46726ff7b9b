"""Stage to shot list: coverage, lenses, moves; the grammar."""
