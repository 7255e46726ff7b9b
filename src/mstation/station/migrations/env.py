"""Alembic's way in: the migrations run on the connection that the station gives."""

from alembic import context

from mstation.station import nouns
from mstation.station.schema import metadata
from mstation.station.search import is_made_beside

assert nouns.__all__  # every noun has said which table keeps it

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    include_name=lambda name, *_: not is_made_beside(name or ""),
)
with context.begin_transaction():
    context.run_migrations()
