"""People of the CC0 MakeHuman data: their form, their clothes, their hair."""
