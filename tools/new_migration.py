"""Writes the migration from what the last one leaves to what the nouns say now.

Usage: python tools/new_migration.py "what changed"; look at the file before you keep it.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.config import Config

from mstation.station.database import open_database, writing
from mstation.station.station import MIGRATIONS, migrate


def main(message: str) -> None:
    """Bring an empty database up to date, and write down what is missing."""
    with writing(open_database("sqlite://")) as connection:
        last = len(list((MIGRATIONS / "versions").glob("0*.py")))
        migrate(connection, f"{last:04d}")  # by the migrations: `head` would make today's tables
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=f"{last + 1:04d}")


if __name__ == "__main__":
    main(sys.argv[1])
