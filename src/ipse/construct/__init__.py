"""Annotated sequences a laboratory can order: GenBank records from cited parts."""
