"""What the force holds: schema, source mappings, loading, quarantine."""
