"""The station: people, rights, events and production over the film; no HTTP."""
