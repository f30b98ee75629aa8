"""How right is a search, and what would another setting of its trigger change?"""
