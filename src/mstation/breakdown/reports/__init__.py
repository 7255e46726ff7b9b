"""A breakdown in, its reports out: sheets to print, lists for spreadsheets, in either language.

The colours are the field's and lie in `colours.toml`; what the reports say lies in `words.toml`.
"""

from mstation.breakdown.reports.writing import write_reports

__all__ = ["write_reports"]
