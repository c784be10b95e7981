"""What the laboratory orders for an edit: guides, oligonucleotides, templates, editor."""
