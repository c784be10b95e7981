"""Off-target sites of guides: exact search by index or by scan; see ``docs/offtargets.md``."""

from ipse.genome.sites.guides import Guide, parse_guides
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.search import search

__all__ = ["Guide", "Limits", "Pam", "SiteIndex", "parse_guides", "search"]
