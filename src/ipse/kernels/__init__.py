"""Compiled loops: arrays in, arrays out; nothing here knows biology's names."""
