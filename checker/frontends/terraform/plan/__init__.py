"""A plan in JSON (`terraform show -json`): its resources, with what the configuration beside them says."""
