"""A plan of shooting in, what a production office prints from it out, in either language."""
