"""The folder of one search: how its drafts are made and kept, and how runs of the lake are found."""
