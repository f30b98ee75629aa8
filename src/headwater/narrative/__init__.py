"""What the free text says: mentions in context.

`read(texts, lexicon=None)` finds what the catalogue's lexicon (or `Lexicon.from_terms`) names and says of each mention
whether it is negated, historical, hypothetical or withdrawn, and about whom it is. `read_detail` adds the role of the
person concerned and whether that person lives elsewhere.
`read_narratives` reads a whole lake, `open_narrative` makes the result known to an engine as the table `mention`.
"""

from headwater.narrative.lexicon import Lexicon, LexiconError
from headwater.narrative.mentions import open_narrative, read_narratives
from headwater.narrative.reading import read, read_detail
from headwater.narrative.words import TextsError

__all__ = ["Lexicon", "LexiconError", "TextsError", "open_narrative", "read", "read_detail", "read_narratives"]
