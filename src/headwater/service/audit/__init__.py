"""Two logs. The accountability log says who did what to which item, without personal text, chained and append-only;
history values say what it was before, kept apart, erasable by one role."""
