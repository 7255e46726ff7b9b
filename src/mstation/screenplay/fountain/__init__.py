"""Fountain: text to elements, and back."""
