"""work orders."""

import sqlalchemy as sa
from alembic import op

import mstation.station.schema

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


SQLITE = (
    """CREATE TRIGGER deadline_moved BEFORE UPDATE OF bids_due_at ON work_packages
WHEN OLD.state <> 'draft' AND OLD.bids_due_at IS NOT NEW.bids_due_at
  AND (NEW.bids_due_at IS NULL OR NEW.bids_due_at < OLD.bids_due_at
    OR OLD.bids_due_at <=
  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000)
BEGIN SELECT RAISE(ABORT, 'guard:deadline_moved'); END""",
    """CREATE TRIGGER bid_late_added BEFORE INSERT ON bids
WHEN
  (SELECT bids_due_at FROM work_packages WHERE id = NEW.package_id) <=
  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000
BEGIN SELECT RAISE(ABORT, 'guard:bid_late'); END""",
    """CREATE TRIGGER bid_late_changed BEFORE UPDATE OF sealed, commitment ON bids
WHEN (OLD.sealed <> NEW.sealed OR OLD.commitment <> NEW.commitment) AND
  (SELECT bids_due_at FROM work_packages WHERE id = NEW.package_id) <=
  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000
BEGIN SELECT RAISE(ABORT, 'guard:bid_late'); END""",
    """CREATE TRIGGER bid_early_added BEFORE INSERT ON bids
WHEN (NEW.amount IS NOT NULL OR NEW.text <> '' OR NEW.state IN ('opened', 'won', 'lost'))
  AND COALESCE(
  (SELECT bids_due_at FROM work_packages WHERE id = NEW.package_id) >
  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000 + 1000, 1)
BEGIN SELECT RAISE(ABORT, 'guard:bid_early'); END""",
    """CREATE TRIGGER bid_early_changed BEFORE UPDATE ON bids
WHEN (NEW.amount IS NOT NULL OR NEW.text <> '' OR NEW.state IN ('opened', 'won', 'lost'))
  AND COALESCE(
  (SELECT bids_due_at FROM work_packages WHERE id = NEW.package_id) >
  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000 + 1000, 1)
BEGIN SELECT RAISE(ABORT, 'guard:bid_early'); END""",
    """CREATE TRIGGER contract_sum_added BEFORE INSERT ON contracts
WHEN NEW.state <> 'drafted'
BEGIN SELECT RAISE(ABORT, 'guard:contract_sum'); END""",
    """CREATE TRIGGER contract_sum_changed BEFORE UPDATE ON contracts
WHEN NEW.state = 'agreed' AND
  (SELECT COALESCE(SUM(amount), 0) FROM milestones WHERE contract_id = NEW.id) <> NEW.amount
BEGIN SELECT RAISE(ABORT, 'guard:contract_sum'); END""",
    """CREATE TRIGGER milestone_fixed_added BEFORE INSERT ON milestones
WHEN
  (SELECT state FROM contracts WHERE id = NEW.contract_id) <> 'drafted'
BEGIN SELECT RAISE(ABORT, 'guard:milestone_fixed'); END""",
    """CREATE TRIGGER milestone_fixed_changed
BEFORE UPDATE OF amount, contract_id ON milestones
WHEN (OLD.amount <> NEW.amount OR OLD.contract_id <> NEW.contract_id) AND
  (SELECT state FROM contracts WHERE id = NEW.contract_id) <> 'drafted'
BEGIN SELECT RAISE(ABORT, 'guard:milestone_fixed'); END""",
    """CREATE TRIGGER milestone_fixed_removed BEFORE DELETE ON milestones
WHEN
  (SELECT state FROM contracts WHERE id = OLD.contract_id) <> 'drafted'
BEGIN SELECT RAISE(ABORT, 'guard:milestone_fixed'); END""",
    """CREATE TRIGGER milestone_unchecked BEFORE UPDATE OF state ON milestones
WHEN NEW.state = 'accepted' AND OLD.state <> 'accepted'
  AND NOT EXISTS (SELECT 1 FROM work_deliveries WHERE id = NEW.delivery_id
  AND milestone_id = NEW.id AND (quality = 'passed' OR waived_by IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'guard:milestone_unchecked'); END""",
    """CREATE TRIGGER milestone_unaccepted BEFORE UPDATE OF state ON milestones
WHEN OLD.state <> NEW.state AND (NEW.state = 'released' AND NOT
  ((OLD.state = 'accepted' AND NEW.released_by = 'acceptance')
  OR (OLD.state = 'submitted' AND NEW.released_by = 'silence'
  AND EXISTS (SELECT 1 FROM work_deliveries WHERE id = NEW.delivery_id
  AND milestone_id = NEW.id AND (quality = 'passed' OR waived_by IS NOT NULL))
  AND OLD.answer_due_at <= NEW.released_at)
  OR (OLD.state = 'disputed' AND NEW.released_by = 'ruling'))
  OR OLD.state IN ('released', 'refunded')
  OR OLD.state = 'disputed' AND NEW.state NOT IN ('released', 'refunded')
    AND NEW.state <> COALESCE(OLD.state_before, ''))
BEGIN SELECT RAISE(ABORT, 'guard:milestone_unaccepted'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION deadline_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF OLD.state <> 'draft' AND OLD.bids_due_at IS DISTINCT FROM NEW.bids_due_at
  AND (NEW.bids_due_at IS NULL OR NEW.bids_due_at < OLD.bids_due_at
    OR OLD.bids_due_at <=
  CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)) THEN
  RAISE EXCEPTION 'guard:deadline_moved' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER deadline_moved BEFORE UPDATE ON work_packages
FOR EACH ROW EXECUTE FUNCTION deadline_moved()""",
    """CREATE FUNCTION bid_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'UPDATE' THEN
  IF OLD.sealed = NEW.sealed AND OLD.commitment = NEW.commitment THEN RETURN NEW; END IF;
END IF;
IF
  (SELECT bids_due_at FROM work_packages WHERE id = NEW.package_id) <=
  CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) THEN
  RAISE EXCEPTION 'guard:bid_late' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER bid_late BEFORE INSERT OR UPDATE ON bids
FOR EACH ROW EXECUTE FUNCTION bid_late()""",
    """CREATE FUNCTION bid_early() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (NEW.amount IS NOT NULL OR NEW.text <> '' OR NEW.state IN ('opened', 'won', 'lost'))
  AND COALESCE(
  (SELECT bids_due_at FROM work_packages WHERE id = NEW.package_id) >
  CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT), true) THEN
  RAISE EXCEPTION 'guard:bid_early' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER bid_early BEFORE INSERT OR UPDATE ON bids
FOR EACH ROW EXECUTE FUNCTION bid_early()""",
    """CREATE FUNCTION contract_sum() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN
  IF NEW.state <> 'drafted' THEN
    RAISE EXCEPTION 'guard:contract_sum' USING ERRCODE = 'check_violation';
  END IF;
ELSIF NEW.state = 'agreed' AND
  (SELECT COALESCE(SUM(amount), 0) FROM milestones WHERE contract_id = NEW.id) <> NEW.amount THEN
  RAISE EXCEPTION 'guard:contract_sum' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER contract_sum BEFORE INSERT OR UPDATE ON contracts
FOR EACH ROW EXECUTE FUNCTION contract_sum()""",
    """CREATE FUNCTION milestone_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' THEN
  IF
  (SELECT state FROM contracts WHERE id = OLD.contract_id) <> 'drafted' THEN
    RAISE EXCEPTION 'guard:milestone_fixed' USING ERRCODE = 'check_violation';
  END IF; RETURN OLD;
END IF;
IF TG_OP = 'UPDATE' THEN
  IF OLD.amount = NEW.amount AND OLD.contract_id = NEW.contract_id THEN RETURN NEW; END IF;
END IF;
IF
  (SELECT state FROM contracts WHERE id = NEW.contract_id) <> 'drafted' THEN
  RAISE EXCEPTION 'guard:milestone_fixed' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER milestone_fixed BEFORE INSERT OR UPDATE OR DELETE ON milestones
FOR EACH ROW EXECUTE FUNCTION milestone_fixed()""",
    """CREATE FUNCTION milestone_unchecked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NEW.state = 'accepted' AND OLD.state <> 'accepted'
  AND NOT EXISTS (SELECT 1 FROM work_deliveries WHERE id = NEW.delivery_id
  AND milestone_id = NEW.id AND (quality = 'passed' OR waived_by IS NOT NULL)) THEN
  RAISE EXCEPTION 'guard:milestone_unchecked' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER milestone_unchecked BEFORE UPDATE ON milestones
FOR EACH ROW EXECUTE FUNCTION milestone_unchecked()""",
    """CREATE FUNCTION milestone_unaccepted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF OLD.state <> NEW.state AND (NEW.state = 'released' AND NOT
  ((OLD.state = 'accepted' AND NEW.released_by = 'acceptance')
  OR (OLD.state = 'submitted' AND NEW.released_by = 'silence'
  AND EXISTS (SELECT 1 FROM work_deliveries WHERE id = NEW.delivery_id
  AND milestone_id = NEW.id AND (quality = 'passed' OR waived_by IS NOT NULL))
  AND OLD.answer_due_at <= NEW.released_at)
  OR (OLD.state = 'disputed' AND NEW.released_by = 'ruling'))
  OR OLD.state IN ('released', 'refunded')
  OR OLD.state = 'disputed' AND NEW.state NOT IN ('released', 'refunded')
    AND NEW.state <> COALESCE(OLD.state_before, '')) THEN
  RAISE EXCEPTION 'guard:milestone_unaccepted' USING ERRCODE = 'check_violation';
END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER milestone_unaccepted BEFORE UPDATE ON milestones
FOR EACH ROW EXECUTE FUNCTION milestone_unaccepted()""",
)


def upgrade() -> None:
    """Make the tables."""
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "work_packages",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("made_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("type_id", sa.String(length=20), nullable=True),
        sa.Column("specification", sa.JSON(), nullable=False),
        sa.Column("security", sa.String(length=16), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("terms_digest", sa.String(length=64), nullable=False),
        sa.Column("reference_ids", sa.JSON(), nullable=False),
        sa.Column("bids_due_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rounds_most", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_work_packages_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_work_packages_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_work_packages_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["task_types.id"], name=op.f("fk_work_packages_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_packages")),
    )
    with op.batch_alter_table("work_packages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_packages_project_id"), ["project_id"], unique=False
        )
        batch_op.create_index("ix_work_packages_state", ["state", "bids_due_at"], unique=False)

    op.create_table(
        "bids",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("package_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=True),
        sa.Column("placed_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("key_mark", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("word", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("offer", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_bids_account_id")),
        sa.ForeignKeyConstraint(
            ["package_id"], ["work_packages.id"], name=op.f("fk_bids_package_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_bids_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bids")),
        sa.UniqueConstraint("package_id", "party_id", name=op.f("uq_bids_package_id_party_id")),
    )
    with op.batch_alter_table("bids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bids_party_id"), ["party_id"], unique=False)

    op.create_table(
        "package_grants",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("package_id", sa.String(length=20), nullable=False),
        sa.Column("granted_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("accepted_digest", sa.String(length=64), nullable=False),
        sa.Column("accepted_by", sa.String(length=20), nullable=True),
        sa.Column("accepted_at", mstation.station.schema.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["accounts.id"], name=op.f("fk_package_grants_accepted_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_package_grants_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["work_packages.id"], name=op.f("fk_package_grants_package_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_package_grants_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_package_grants_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_grants")),
        sa.UniqueConstraint(
            "package_id", "party_id", name=op.f("uq_package_grants_package_id_party_id")
        ),
    )
    with op.batch_alter_table("package_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_grants_party_id"), ["party_id"], unique=False)

    op.create_table(
        "package_questions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("package_id", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("asked_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", mstation.station.schema.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_package_questions_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["work_packages.id"], name=op.f("fk_package_questions_package_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_package_questions_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_package_questions_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_questions")),
    )
    with op.batch_alter_table("package_questions", schema=None) as batch_op:
        batch_op.create_index("ix_package_questions_package", ["package_id", "id"], unique=False)

    op.create_table(
        "contracts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("buyer_id", sa.String(length=20), nullable=False),
        sa.Column("package_id", sa.String(length=20), nullable=False),
        sa.Column("bid_id", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("awarded_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("awarded_by", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("rounds_most", sa.Integer(), nullable=False),
        sa.Column("people_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["awarded_by"], ["accounts.id"], name=op.f("fk_contracts_awarded_by")
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bids.id"], name=op.f("fk_contracts_bid_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["parties.id"], name=op.f("fk_contracts_buyer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_contracts_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["work_packages.id"], name=op.f("fk_contracts_package_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_contracts_party_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_contracts_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("package_id", name=op.f("uq_contracts_package_id")),
    )
    with op.batch_alter_table("contracts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contracts_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contracts_project_id"), ["project_id"], unique=False)

    op.create_table(
        "change_orders",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("contract_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("repriced", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("rounds_more", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("buyer_account_id", sa.String(length=20), nullable=True),
        sa.Column("vendor_account_id", sa.String(length=20), nullable=True),
        sa.Column("amount_before", sa.BigInteger(), nullable=True),
        sa.Column("amount_after", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state <> 'accepted' OR buyer_account_id || vendor_account_id IS NOT NULL",
            name=op.f("ck_change_orders_both_accept"),
        ),
        sa.ForeignKeyConstraint(
            ["buyer_account_id"], ["accounts.id"], name=op.f("fk_change_orders_buyer_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_change_orders_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_change_orders_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_change_orders_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_change_orders_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_account_id"], ["accounts.id"], name=op.f("fk_change_orders_vendor_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_orders")),
        sa.UniqueConstraint(
            "contract_id", "number", name=op.f("uq_change_orders_contract_id_number")
        ),
    )
    op.create_table(
        "milestones",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("contract_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("payment_id", sa.String(length=20), nullable=True),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.String(length=20), nullable=True),
        sa.Column("submitted_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("answer_due_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("accepted_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("accepted_by", sa.String(length=20), nullable=True),
        sa.Column("released_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("released_by", sa.String(length=16), nullable=True),
        sa.Column("state_before", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "state <> 'released' OR (released_at IS NOT NULL AND released_by IS NOT NULL)",
            name=op.f("ck_milestones_reason_of_release"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_milestones_a_sum")),
        sa.CheckConstraint("tax BETWEEN 0 AND amount", name=op.f("ck_milestones_tax_in_it")),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["accounts.id"], name=op.f("fk_milestones_accepted_by")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_milestones_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_milestones_organisation_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_milestones_party_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_milestones_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sa.UniqueConstraint(
            "contract_id", "position", name=op.f("uq_milestones_contract_id_position")
        ),
    )
    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.create_index("ix_milestones_silent", ["state", "answer_due_at"], unique=False)

    op.create_table(
        "work_deliveries",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("contract_id", sa.String(length=20), nullable=False),
        sa.Column("milestone_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=True),
        sa.Column("made_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("job_id", sa.String(length=20), nullable=True),
        sa.Column("quality", sa.String(length=16), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("checked_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("waived_by", sa.String(length=20), nullable=True),
        sa.Column("waived_at", mstation.station.schema.Moment(), nullable=True),
        sa.Column("waiver", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_work_deliveries_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_work_deliveries_contract_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_work_deliveries_job_id")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk_work_deliveries_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_work_deliveries_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_work_deliveries_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_work_deliveries_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["waived_by"], ["accounts.id"], name=op.f("fk_work_deliveries_waived_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_deliveries")),
        sa.UniqueConstraint(
            "milestone_id", "number", name=op.f("uq_work_deliveries_milestone_id_number")
        ),
    )
    with op.batch_alter_table("work_deliveries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_deliveries_contract_id"), ["contract_id"], unique=False
        )

    op.create_table(
        "nonconformities",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=20), nullable=False),
        sa.Column("milestone_id", sa.String(length=20), nullable=False),
        sa.Column("delivery_id", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("raised_by", sa.String(length=20), nullable=True),
        sa.Column("raised_at", mstation.station.schema.Moment(), nullable=False),
        sa.Column("answered_in", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_in"], ["work_deliveries.id"], name=op.f("fk_nonconformities_answered_in")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["work_deliveries.id"], name=op.f("fk_nonconformities_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk_nonconformities_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_nonconformities_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_nonconformities_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_nonconformities_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["accounts.id"], name=op.f("fk_nonconformities_raised_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nonconformities")),
    )
    with op.batch_alter_table("nonconformities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nonconformities_milestone_id"), ["milestone_id"], unique=False
        )

    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)
    # ### end Alembic commands ###
