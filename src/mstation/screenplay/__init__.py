"""Text to script: every reader of a screenplay format, and ids kept across revisions."""
