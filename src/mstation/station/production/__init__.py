"""Production: what a film is made of, what is to be done with it, and how far it is."""
