"""Which areas touch? Pairs of areas with a common edge or corner (queen contiguity), from their outlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def touching(outlines: Sequence[Any], slack: float = 0.0) -> csr_array:
    """A square matrix of ones where two outlines (shapely geometries, one coordinate system) touch; nothing on its diagonal.

    `slack` (in the units of the outlines) lets outlines count as touching that a generalisation has torn apart by that much.
    """
    shapes = np.asarray(outlines, dtype=object)
    tree = shapely.STRtree(shapes)
    if slack:
        left, right = tree.query(shapes, predicate="dwithin", distance=slack)
    else:
        left, right = tree.query(shapes, predicate="intersects")
    keep = left != right
    size = len(shapes)
    from scipy.sparse import csr_array

    found = csr_array((np.ones(int(keep.sum())), (left[keep], right[keep])), shape=(size, size))
    return (found + found.T).sign().tocsr()
