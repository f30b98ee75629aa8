"""The areas app: the map of areas with its table, the page of one area, and plans of posts."""
