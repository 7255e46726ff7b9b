"""A plan of shooting in, what a production office prints from it out, in either language."""

from mstation.schedule.reports.writing import write_reports

__all__ = ["write_reports"]
