"""Between which bounds does a share lie, when it was counted in a few?"""

from __future__ import annotations

import math


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927, J Am Stat Assoc 22:209-212); (0, 1) when there is nothing to count."""
    if of == 0:
        return 0.0, 1.0
    z, share = 1.959964, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return round(max(0.0, middle - half), 6), round(min(1.0, middle + half), 6)
