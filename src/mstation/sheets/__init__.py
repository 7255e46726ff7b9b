"""A film's shots in, paper out: storyboard, shot list, techvis, lined script."""
