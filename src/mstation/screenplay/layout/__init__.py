"""The printed page: a script's elements to lines and pages, before any format draws them."""

from mstation.screenplay.layout.pages import lay_out_pages, lines_of_scenes, page_format

__all__ = ["lay_out_pages", "lines_of_scenes", "page_format"]
