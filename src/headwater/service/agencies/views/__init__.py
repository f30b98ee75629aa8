"""Pages about agencies: their people and teams, their agreements, and the own account."""
