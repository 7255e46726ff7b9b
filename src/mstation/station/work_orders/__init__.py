"""Work orders: a film's work in packages, offered, awarded, delivered as versions, paid."""
