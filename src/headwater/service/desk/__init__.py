"""The analyst's desk as pages: the same decisions as `headwater review`, kept in the lake by the same rules. It has no tables of its own."""
