"""The language server: what `check` finds and `fix` mends, while one types."""
