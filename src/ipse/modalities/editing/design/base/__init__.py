"""Base editing: undo a substitution, or reach a residue that works."""
