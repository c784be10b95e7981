"""Repair of a cut from a template."""
