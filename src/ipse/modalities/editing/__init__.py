"""Gene editing: base editing and cut-and-template repair of a patient's variant."""

from ipse.modalities.editing.modality import EditingModality

__all__ = ["EditingModality"]
