"""From a query to the papers of the review: records, merges, screening, PRISMA, retrieval."""
