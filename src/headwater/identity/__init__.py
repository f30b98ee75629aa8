"""Who is who: people and households."""
