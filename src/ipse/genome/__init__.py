"""The genome underneath: reference, annotation, HGVS, consequences, the patient's haplotypes."""
