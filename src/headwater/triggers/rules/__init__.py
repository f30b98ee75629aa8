"""The rules as data: what counts as evidence, what makes a trigger fire, and for whom it does."""
