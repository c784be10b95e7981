"""The families of strategies editing knows: one visible tuple.

A new family is a package under ``design`` and one entry here; the order is that of the dossier.
"""

from __future__ import annotations

from ipse.modalities.editing.design.base.strategy import BaseEditing
from ipse.modalities.editing.design.disrupt.strategy import Disrupt
from ipse.modalities.editing.design.family import Family
from ipse.modalities.editing.design.hdr.knock_strategy import CdnaKnockIn
from ipse.modalities.editing.design.hdr.strategy import TemplateRepair
from ipse.modalities.editing.design.prime.strategy import PrimeEditing
from ipse.modalities.editing.design.silence.strategy import Silence
from ipse.modalities.editing.design.splice.strategy import Resplicing

FAMILIES: tuple[Family, ...] = (
    BaseEditing(),
    PrimeEditing(),
    TemplateRepair(),
    CdnaKnockIn(),
    Silence(),
    Disrupt(),
    Resplicing(),
)
