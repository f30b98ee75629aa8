"""Packages, cases, plans, referrals: how agencies work together around somebody, from inbox to close."""
