"""Strategies of editing, a package for each family; what they share stands beside them."""
