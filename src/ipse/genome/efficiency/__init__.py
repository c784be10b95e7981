"""How active a guide is likely to be at its own target; see ``docs/efficiency.md``."""

from ipse.genome.efficiency.model import ModelScorer
from ipse.genome.efficiency.scorer import NAMES, Scorer, Scores, open_scorer

__all__ = ["NAMES", "ModelScorer", "Scorer", "Scores", "open_scorer"]
