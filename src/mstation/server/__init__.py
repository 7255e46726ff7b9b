"""The server: the station over HTTP; one route file a noun, no rule of its own."""
