"""Renders typed sections: one template, one self-contained page."""
