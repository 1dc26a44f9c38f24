"""The surroundings of the code: configuration, git, baseline, owners."""
