"""One patient: phenopacket, facts and files become a case."""
