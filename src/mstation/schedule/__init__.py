"""A script and its shots in, a plan of shooting out: strips, days, call sheets, budget."""
