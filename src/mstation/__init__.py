"""M-Station: a film is a build."""
