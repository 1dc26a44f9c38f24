"""The data that the parts exchange: frozen dataclasses in tuples."""
