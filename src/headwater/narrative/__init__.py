"""What the free text says: mentions in context."""
