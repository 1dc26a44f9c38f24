"""What surrounds the code: configuration, git, baseline, owners."""
