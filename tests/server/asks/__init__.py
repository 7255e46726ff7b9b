"""How each right in a party's name, or the house's, is asked for: one page a part."""
