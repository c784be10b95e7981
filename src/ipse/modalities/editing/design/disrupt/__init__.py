"""Disrupt a gene or an element whose loss treats a disease."""
