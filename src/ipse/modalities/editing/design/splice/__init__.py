"""Re-splicing: skip exons to keep the reading frame, silence cryptic sites, include an exon."""
