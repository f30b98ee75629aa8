"""What to look for: rules, evidence, packages, and the search that brings them together."""
