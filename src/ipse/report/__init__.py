"""Renders typed sections: one template, one self-contained page.

Importing this room is cheap; the template engine is loaded when a page is written.
"""

from ipse.report.markdown import render_markdown
from ipse.report.render import render_html

__all__ = ["render_html", "render_markdown"]
