"""A plan in JSON (`terraform show -json`): its resources, with the configuration in it."""
