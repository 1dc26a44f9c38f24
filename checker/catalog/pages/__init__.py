"""AWS's documentation pages as statements on models. What does not make sense is refused, never guessed."""
