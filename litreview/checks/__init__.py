"""What measurements say of a claim: predicates, their compilation, and how they are judged."""
