"""Silence the disease allele of a dominant gene and spare the normal one."""
