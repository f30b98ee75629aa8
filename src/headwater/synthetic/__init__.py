"""A made-up force with known truth."""
