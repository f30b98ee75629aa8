"""Where: boundaries, neighbourhood teams."""
