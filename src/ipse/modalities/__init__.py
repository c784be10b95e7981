"""Kinds of living medicine, each with the same names inside: model, design, checks, report."""
