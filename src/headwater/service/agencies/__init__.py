"""Who is who: agencies, teams, users and their roles, and the sharing agreements that say what may pass between agencies."""
