"""Space: stages, suites and machines, and who has them when."""
