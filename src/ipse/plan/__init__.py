"""Runs the modalities over a case, ranks their proposals and writes the plan."""
