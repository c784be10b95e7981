"""Words every room shares: evidence, findings, verdicts, proposals, sections, provenance."""
