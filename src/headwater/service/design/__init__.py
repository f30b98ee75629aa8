"""How pages look and behave: the frame, forms, lists, words. Nothing about people or cases."""
