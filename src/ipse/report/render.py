"""HTML dossier: one self-contained page, without network and without scripts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ipse.report import words
from ipse.report.view import (
    DISCLAIMER,
    STANDING,
    Dossier,
    cell,
    file_link,
    flat,
    is_sequence,
    length_class,
    link,
    numeric,
    source_link,
)

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from ipse.plan.model import Plan


class Pen:
    """Writes the figures of one page, each with ids of its own."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, figure: Any) -> Markup:
        """The figure as SVG; ElementTree has escaped every text in it."""
        from markupsafe import Markup

        from ipse.report.figures import FIGURES

        self.drawn += 1
        return Markup(FIGURES[figure.kind](figure, f"figure-{self.drawn}"))


def focus_of(figure: Any) -> str | None:
    """Where a narrow screen starts to look at a figure, in per cent of its width."""
    from ipse.report.figures import FOCUS

    look = FOCUS.get(figure.kind)
    return None if look is None else f"{100 * look(figure):.1f}"


def render_html(plan: Plan) -> str:
    """Write the dossier of a plan as one HTML page.

    Every text of the plan is escaped, control characters and marks of writing direction are
    replaced; equal plans give equal bytes.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    str
        A complete HTML document with its style and figures in it.
    """
    return _template().render(d=Dossier(plan), plan=plan, figure=Pen())


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def tidy(value: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, Markup):
            return words.clean(value)
        return "" if value is None else value

    environment = Environment(
        loader=PackageLoader("ipse.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=tidy,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("ipse.report").joinpath("style.css").read_text(encoding="utf-8")
    environment.globals.update(
        style=Markup(style),
        w=words,
        disclaimer=DISCLAIMER,
        standing=STANDING,
        numeric=numeric,
        is_sequence=is_sequence,
        length_class=length_class,
        focus_of=focus_of,
        source_link=source_link,
        file_link=file_link,
        link=link,
        flat=flat,
        cell=cell,
    )
    return environment.get_template("dossier.html.j2")
