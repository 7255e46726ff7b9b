"""The `mstation` command: parse, call, print."""
