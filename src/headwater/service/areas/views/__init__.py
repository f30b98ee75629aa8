"""Pages of areas: the atlas, one area, and plans of posts."""
