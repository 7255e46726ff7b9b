"""Steps, keys and the content-addressed store; knows nothing of film."""
