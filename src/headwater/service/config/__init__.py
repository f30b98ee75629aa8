"""How the service is set up: Django's settings, the secret file, the map of addresses, the entry for web servers."""
