"""How are numbers about people published? With bounds, by group, and with small counts hidden."""
