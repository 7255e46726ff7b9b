"""A plan in, its budget out: accounts, lines, fringes; what was spent beside what was meant."""
