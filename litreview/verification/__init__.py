"""What documents say of a claim: evidence, entailment, gates, verdicts."""
