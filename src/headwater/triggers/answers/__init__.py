"""What teams answered to their packages, kept for good, and what follows from it."""
