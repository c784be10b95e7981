"""Gene editing: base editing and cut-and-template repair of a patient's variant."""
