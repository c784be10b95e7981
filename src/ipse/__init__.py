"""Ipse: living medicines for one patient, from the case to a plan, a batch and the follow-up."""

from importlib.metadata import version

__version__ = version("ipse")
