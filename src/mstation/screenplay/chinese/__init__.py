"""Chinese plain-text scripts: text to elements."""
