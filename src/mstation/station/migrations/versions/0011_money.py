"""money."""

import sqlalchemy as sa
from alembic import op

import mstation.station.schema

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER books_unbalanced BEFORE UPDATE ON ledger_transactions WHEN NEW.posted "
    "AND NOT OLD.posted AND (NOT EXISTS (SELECT 1 FROM postings WHERE transaction_id = "
    "NEW.id) OR EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id = "
    "postings.account_id WHERE postings.transaction_id = NEW.id GROUP BY "
    "ledger_accounts.currency HAVING sum(postings.amount) <> 0)) BEGIN SELECT RAISE(ABORT, "
    "'guard:books_unbalanced'); END",
    "CREATE TRIGGER books_overdrawn AFTER UPDATE ON ledger_transactions WHEN NEW.posted AND "
    "(EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id = "
    "postings.account_id JOIN postings AS mine ON mine.account_id = postings.account_id AND "
    "mine.about_noun = postings.about_noun AND mine.about_id = postings.about_id WHERE "
    "postings.id IN (SELECT min(id) FROM postings WHERE transaction_id = NEW.id GROUP BY "
    "account_id, about_noun, about_id) AND ledger_accounts.kind = 'escrow' GROUP BY "
    "postings.id HAVING sum(mine.amount) > 0) OR EXISTS (SELECT 1 FROM ledger_accounts JOIN "
    "postings ON postings.account_id = ledger_accounts.id WHERE ledger_accounts.id IN "
    "(SELECT account_id FROM postings WHERE transaction_id = NEW.id) AND "
    "ledger_accounts.kind IN ('payable', 'transit', 'receivable') GROUP BY "
    "ledger_accounts.id, ledger_accounts.kind HAVING (ledger_accounts.kind <> 'receivable' "
    "AND sum(postings.amount) > 0) OR (ledger_accounts.kind = 'receivable' AND "
    "sum(postings.amount) < 0))) BEGIN SELECT RAISE(ABORT, 'guard:books_overdrawn'); END",
    "CREATE TRIGGER books_closed_new BEFORE INSERT ON ledger_transactions WHEN NEW.posted "
    "BEGIN SELECT RAISE(ABORT, 'guard:books_closed'); END",
    "CREATE TRIGGER books_closed_changed BEFORE UPDATE ON ledger_transactions WHEN "
    "OLD.posted OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.about_noun <> "
    'OLD.about_noun OR NEW.about_id <> OLD.about_id OR NEW."key" <> OLD."key" OR NEW.at <> '
    "OLD.at BEGIN SELECT RAISE(ABORT, 'guard:books_closed'); END",
    "CREATE TRIGGER books_closed_removed BEFORE DELETE ON ledger_transactions BEGIN SELECT "
    "RAISE(ABORT, 'guard:books_closed'); END",
    "CREATE TRIGGER books_closed_to_new BEFORE INSERT ON postings WHEN (SELECT posted FROM "
    "ledger_transactions WHERE id = NEW.transaction_id) BEGIN SELECT RAISE(ABORT, "
    "'guard:books_closed'); END",
    "CREATE TRIGGER books_closed_postings_update BEFORE UPDATE ON postings BEGIN SELECT "
    "RAISE(ABORT, 'guard:books_closed'); END",
    "CREATE TRIGGER books_closed_postings_delete BEFORE DELETE ON postings BEGIN SELECT "
    "RAISE(ABORT, 'guard:books_closed'); END",
    "CREATE TRIGGER books_closed_ledger_accounts_update BEFORE UPDATE ON ledger_accounts "
    "BEGIN SELECT RAISE(ABORT, 'guard:books_closed'); END",
    "CREATE TRIGGER books_closed_ledger_accounts_delete BEFORE DELETE ON ledger_accounts "
    "BEGIN SELECT RAISE(ABORT, 'guard:books_closed'); END",
    "CREATE TRIGGER disputes_freeze AFTER UPDATE ON ledger_transactions WHEN NEW.posted AND "
    "EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id = "
    "postings.account_id JOIN disputes ON disputes.about_id = postings.about_id AND "
    "disputes.about_noun = postings.about_noun WHERE postings.transaction_id = NEW.id AND "
    "postings.amount > 0 AND ledger_accounts.kind = 'escrow' AND disputes.state = 'open') "
    "BEGIN SELECT RAISE(ABORT, 'guard:disputes_freeze'); END",
    "CREATE TRIGGER shares_whole BEFORE UPDATE ON splits WHEN NEW.sealed AND NOT OLD.sealed "
    "AND (SELECT coalesce(sum(bp), 0) FROM split_shares WHERE split_id = NEW.id) <> 10000 "
    "BEGIN SELECT RAISE(ABORT, 'guard:shares_whole'); END",
    "CREATE TRIGGER shares_sealed_split_changed BEFORE UPDATE ON splits WHEN OLD.sealed "
    "BEGIN SELECT RAISE(ABORT, 'guard:shares_sealed'); END",
    "CREATE TRIGGER shares_sealed_new BEFORE INSERT ON splits WHEN NEW.sealed BEGIN SELECT "
    "RAISE(ABORT, 'guard:shares_sealed'); END",
    "CREATE TRIGGER shares_sealed_added BEFORE INSERT ON split_shares WHEN (SELECT sealed "
    "FROM splits WHERE id = NEW.split_id) BEGIN SELECT RAISE(ABORT, 'guard:shares_sealed'); "
    "END",
    "CREATE TRIGGER shares_sealed_changed BEFORE UPDATE ON split_shares BEGIN SELECT "
    "RAISE(ABORT, 'guard:shares_sealed'); END",
    "CREATE TRIGGER shares_sealed_removed BEFORE DELETE ON split_shares BEGIN SELECT "
    "RAISE(ABORT, 'guard:shares_sealed'); END",
    "CREATE TRIGGER shares_sealed_split_removed BEFORE DELETE ON splits BEGIN SELECT "
    "RAISE(ABORT, 'guard:shares_sealed'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION books_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF NEW.posted AND NOT OLD.posted AND (NOT EXISTS (SELECT 1 FROM postings WHERE "
    "transaction_id = NEW.id) OR EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON "
    "ledger_accounts.id = postings.account_id WHERE postings.transaction_id = NEW.id GROUP "
    "BY ledger_accounts.currency HAVING sum(postings.amount) <> 0)) THEN RAISE EXCEPTION "
    "'guard:books_unbalanced' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER books_unbalanced BEFORE UPDATE ON ledger_transactions FOR EACH ROW "
    "EXECUTE FUNCTION books_unbalanced()",
    "CREATE OR REPLACE FUNCTION books_left_open() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF EXISTS (SELECT 1 FROM ledger_transactions WHERE id = NEW.id AND NOT posted) "
    "THEN RAISE EXCEPTION 'guard:books_unbalanced' USING ERRCODE = 'check_violation'; END "
    "IF; RETURN NULL; END $$",
    "CREATE CONSTRAINT TRIGGER books_left_open AFTER INSERT ON ledger_transactions "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION books_left_open()",
    "CREATE OR REPLACE FUNCTION books_overdrawn() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN PERFORM pg_advisory_xact_lock(hashtextextended(drawn.what, 0)) FROM ( SELECT "
    "DISTINCT CASE ledger_accounts.kind WHEN 'escrow' THEN postings.about_id ELSE "
    "ledger_accounts.id END AS what FROM postings JOIN ledger_accounts ON "
    "ledger_accounts.id = postings.account_id WHERE postings.transaction_id = NEW.id AND "
    "ledger_accounts.kind IN ('escrow', 'payable', 'transit', 'receivable') ORDER BY what ) "
    "AS drawn; IF EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id "
    "= postings.account_id JOIN postings AS mine ON mine.account_id = postings.account_id "
    "AND mine.about_noun = postings.about_noun AND mine.about_id = postings.about_id WHERE "
    "postings.id IN (SELECT min(id) FROM postings WHERE transaction_id = NEW.id GROUP BY "
    "account_id, about_noun, about_id) AND ledger_accounts.kind = 'escrow' GROUP BY "
    "postings.id HAVING sum(mine.amount) > 0) OR EXISTS (SELECT 1 FROM ledger_accounts JOIN "
    "postings ON postings.account_id = ledger_accounts.id WHERE ledger_accounts.id IN "
    "(SELECT account_id FROM postings WHERE transaction_id = NEW.id) AND "
    "ledger_accounts.kind IN ('payable', 'transit', 'receivable') GROUP BY "
    "ledger_accounts.id, ledger_accounts.kind HAVING (ledger_accounts.kind <> 'receivable' "
    "AND sum(postings.amount) > 0) OR (ledger_accounts.kind = 'receivable' AND "
    "sum(postings.amount) < 0)) THEN RAISE EXCEPTION 'guard:books_overdrawn' USING ERRCODE "
    "= 'check_violation'; END IF; RETURN NULL; END $$",
    "CREATE TRIGGER books_overdrawn AFTER UPDATE ON ledger_transactions FOR EACH ROW "
    "EXECUTE FUNCTION books_overdrawn()",
    "CREATE OR REPLACE FUNCTION books_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'guard:books_closed' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER books_closed_new BEFORE INSERT ON ledger_transactions FOR EACH ROW WHEN "
    "(NEW.posted) EXECUTE FUNCTION books_closed()",
    "CREATE TRIGGER books_closed_changed BEFORE UPDATE ON ledger_transactions FOR EACH ROW "
    "WHEN (OLD.posted OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.about_noun <> "
    'OLD.about_noun OR NEW.about_id <> OLD.about_id OR NEW."key" <> OLD."key" OR NEW.at <> '
    "OLD.at) EXECUTE FUNCTION books_closed()",
    "CREATE TRIGGER books_closed_removed BEFORE DELETE ON ledger_transactions FOR EACH ROW "
    "EXECUTE FUNCTION books_closed()",
    "CREATE OR REPLACE FUNCTION books_closed_to_new() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN IF (SELECT posted FROM ledger_transactions WHERE id = NEW.transaction_id) "
    "THEN RAISE EXCEPTION 'guard:books_closed' USING ERRCODE = 'check_violation'; END IF; "
    "RETURN NEW; END $$",
    "CREATE TRIGGER books_closed_to_new BEFORE INSERT ON postings FOR EACH ROW EXECUTE "
    "FUNCTION books_closed_to_new()",
    "CREATE TRIGGER books_closed_postings_update BEFORE UPDATE ON postings FOR EACH ROW "
    "EXECUTE FUNCTION books_closed()",
    "CREATE TRIGGER books_closed_postings_delete BEFORE DELETE ON postings FOR EACH ROW "
    "EXECUTE FUNCTION books_closed()",
    "CREATE TRIGGER books_closed_ledger_accounts_update BEFORE UPDATE ON ledger_accounts "
    "FOR EACH ROW EXECUTE FUNCTION books_closed()",
    "CREATE TRIGGER books_closed_ledger_accounts_delete BEFORE DELETE ON ledger_accounts "
    "FOR EACH ROW EXECUTE FUNCTION books_closed()",
    "CREATE OR REPLACE FUNCTION disputes_freeze() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF NEW.posted AND EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON "
    "ledger_accounts.id = postings.account_id JOIN disputes ON disputes.about_id = "
    "postings.about_id AND disputes.about_noun = postings.about_noun WHERE "
    "postings.transaction_id = NEW.id AND postings.amount > 0 AND ledger_accounts.kind = "
    "'escrow' AND disputes.state = 'open') THEN RAISE EXCEPTION 'guard:disputes_freeze' "
    "USING ERRCODE = 'check_violation'; END IF; RETURN NULL; END $$",
    "CREATE TRIGGER disputes_freeze AFTER UPDATE ON ledger_transactions FOR EACH ROW "
    "EXECUTE FUNCTION disputes_freeze()",
    "CREATE OR REPLACE FUNCTION disputes_wait() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN PERFORM pg_advisory_xact_lock(hashtextextended(NEW.about_id, 0)); RETURN NEW; "
    "END $$",
    "CREATE TRIGGER disputes_wait BEFORE INSERT ON disputes FOR EACH ROW EXECUTE FUNCTION "
    "disputes_wait()",
    "CREATE OR REPLACE FUNCTION shares_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.sealed AND NOT OLD.sealed AND (SELECT coalesce(sum(bp), 0) FROM split_shares "
    "WHERE split_id = NEW.id) <> 10000 THEN RAISE EXCEPTION 'guard:shares_whole' USING "
    "ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER shares_whole BEFORE UPDATE ON splits FOR EACH ROW EXECUTE FUNCTION "
    "shares_whole()",
    "CREATE OR REPLACE FUNCTION shares_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'guard:shares_sealed' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER shares_sealed_split_changed BEFORE UPDATE ON splits FOR EACH ROW WHEN "
    "(OLD.sealed) EXECUTE FUNCTION shares_sealed()",
    "CREATE TRIGGER shares_sealed_new BEFORE INSERT ON splits FOR EACH ROW WHEN "
    "(NEW.sealed) EXECUTE FUNCTION shares_sealed()",
    "CREATE OR REPLACE FUNCTION shares_sealed_added() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN IF (SELECT sealed FROM splits WHERE id = NEW.split_id) THEN RAISE EXCEPTION "
    "'guard:shares_sealed' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER shares_sealed_added BEFORE INSERT ON split_shares FOR EACH ROW EXECUTE "
    "FUNCTION shares_sealed_added()",
    "CREATE TRIGGER shares_sealed_changed BEFORE UPDATE ON split_shares FOR EACH ROW "
    "EXECUTE FUNCTION shares_sealed()",
    "CREATE TRIGGER shares_sealed_removed BEFORE DELETE ON split_shares FOR EACH ROW "
    "EXECUTE FUNCTION shares_sealed()",
    "CREATE TRIGGER shares_sealed_split_removed BEFORE DELETE ON splits FOR EACH ROW "
    "EXECUTE FUNCTION shares_sealed()",
)


def upgrade() -> None:
    """Make the tables."""
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "ledger_transactions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about_noun", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transactions_key")),
    )
    with op.batch_alter_table("ledger_transactions", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_transactions_about", ["about_id"], unique=False)

    op.create_table(
        "bank_accounts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("bank", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_bank_accounts_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_accounts")),
        sa.UniqueConstraint(
            "party_id", "currency", name=op.f("uq_bank_accounts_party_id_currency")
        ),
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("against_id", sa.String(length=20), nullable=False),
        sa.Column("about_noun", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("opened_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("freezes", sa.String(length=61), nullable=True),
        sa.Column("ruling", sa.String(length=16), nullable=True),
        sa.Column("refund_bp", sa.Integer(), nullable=True),
        sa.Column("refund_amount", sa.BigInteger(), nullable=True),
        sa.Column("ruled_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("ruling_reason", sa.String(length=4000), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (freezes IS NOT NULL)", name=op.f("ck_disputes_open_freezes")
        ),
        sa.CheckConstraint("refund_bp BETWEEN 0 AND 10000", name=op.f("ck_disputes_a_part")),
        sa.ForeignKeyConstraint(
            ["against_id"], ["parties.id"], name=op.f("fk_disputes_against_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_disputes_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("freezes", name=op.f("uq_disputes_freezes")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index("ix_disputes_about", ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disputes_against_id"), ["against_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disputes_party_id"), ["party_id"], unique=False)

    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_ledger_accounts_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_ledger_accounts_name")),
    )
    with op.batch_alter_table("ledger_accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_accounts_party_id"), ["party_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("placed_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("expires_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("paid_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("fulfilled_at", mstation.station.schema.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_orders_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index("ix_orders_due", ["state", "expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_party_id"), ["party_id"], unique=False)

    op.create_table(
        "payments",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("about_noun", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=25), nullable=False),
        sa.Column("asked_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("paid_at", mstation.station.schema.Moment(), nullable=True),
        sa.CheckConstraint("amount BETWEEN 1 AND 1000000000000000", name=op.f("ck_payments_a_sum")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_payments_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("reference", name=op.f("uq_payments_reference")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index("ix_payments_about", ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payments_party_id"), ["party_id"], unique=False)

    op.create_table(
        "payouts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("asked_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=True),
        sa.Column("sent_at", mstation.station.schema.Moment(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payouts_a_sum")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_payouts_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("way", "reference", name=op.f("uq_payouts_way_reference")),
    )
    with op.batch_alter_table("payouts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payouts_party_id"), ["party_id"], unique=False)

    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("about_noun", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("clawed_back", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("transaction_id", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND clawed_back BETWEEN 0 AND amount", name=op.f("ck_refunds_a_part")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_refunds_party_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transactions.id"], name=op.f("fk_refunds_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index("ix_refunds_about", ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refunds_party_id"), ["party_id"], unique=False)

    op.create_table(
        "splits",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("about_noun", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=20), nullable=False),
        sa.Column("at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_splits_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_splits")),
    )
    with op.batch_alter_table("splits", schema=None) as batch_op:
        batch_op.create_index("ix_splits_about", ["about_id"], unique=False)

    op.create_table(
        "tax_rates",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("bp", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_tax_rates_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rates")),
        sa.UniqueConstraint("country", name=op.f("uq_tax_rates_country")),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=True),
        sa.Column("transaction_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("about_noun", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "amount <> 0 AND amount BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_postings_a_sum"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_postings_account_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_postings_party_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transactions.id"], name=op.f("fk_postings_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index("ix_postings_about", ["about_id"], unique=False)
        batch_op.create_index("ix_postings_account", ["account_id", "about_id"], unique=False)
        batch_op.create_index("ix_postings_transaction", ["transaction_id"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("payment_id", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("transaction_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_receipts_party_id")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_receipts_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transactions.id"], name=op.f("fk_receipts_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("way", "event_id", name=op.f("uq_receipts_way_event_id")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipts_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "split_shares",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("split_id", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("bp", sa.Integer(), nullable=False),
        sa.CheckConstraint("bp BETWEEN 1 AND 10000", name=op.f("ck_split_shares_a_part")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_split_shares_party_id")
        ),
        sa.ForeignKeyConstraint(["split_id"], ["splits.id"], name=op.f("fk_split_shares_split_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_split_shares")),
        sa.UniqueConstraint("split_id", "party_id", name=op.f("uq_split_shares_split_id_party_id")),
        sa.UniqueConstraint("split_id", "place", name=op.f("uq_split_shares_split_id_place")),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("buyer_id", sa.String(length=20), nullable=False),
        sa.Column("order_id", sa.String(length=20), nullable=False),
        sa.Column("quote_id", sa.String(length=20), nullable=False),
        sa.Column("asset_id", sa.String(length=20), nullable=False),
        sa.Column("licence_id", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("released_at", mstation.station.schema.Moment(), nullable=True),
        sa.CheckConstraint("tax BETWEEN 0 AND amount", name=op.f("ck_order_lines_tax_in_it")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_order_lines_asset_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["parties.id"], name=op.f("fk_order_lines_buyer_id")),
        sa.ForeignKeyConstraint(
            ["licence_id"], ["licences.id"], name=op.f("fk_order_lines_licence_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_order_lines_party_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_order_lines_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("licence_id", name=op.f("uq_order_lines_licence_id")),
    )
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_lines_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_lines_party_id"), ["party_id"], unique=False)

    connection = op.get_bind()
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
    # ### end Alembic commands ###
