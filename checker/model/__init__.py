"""What the parts hand to each other: frozen dataclasses in tuples."""
