"""Verbs of case work: each checks the rule, changes, writes the timeline, and tells whoever must know, all or nothing."""
