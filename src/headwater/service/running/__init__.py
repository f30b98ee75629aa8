"""Starting, checking and stopping: from a folder to a running service. Used by the command line; nothing here answers a page."""
