"""Strategies, one file each: arithmetic on sequences, without a word about the patient's case."""
