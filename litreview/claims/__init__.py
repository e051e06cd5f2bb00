"""Claims of papers: found, split into atoms, and read as data."""
