"""What the database keeps of the ledger by itself, whoever writes to it and by whatever way.

A transaction is written open, its postings are added, and it is posted: from then on it is closed.
On PostgreSQL two that draw on the same money wait for each other in the guard of posting, and a
transaction that would be left open is refused when its change ends.
"""

from __future__ import annotations

from mstation.station.guards import function, guard, on_one_line, on_sqlite, refusing

_UNBALANCED = on_one_line("""
    SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id = postings.account_id
    WHERE postings.transaction_id = NEW.id GROUP BY ledger_accounts.currency
    HAVING sum(postings.amount) <> 0
""")
_NONE = "NOT EXISTS (SELECT 1 FROM postings WHERE transaction_id = NEW.id)"
# What lies in escrow for something is never less than nothing.
_ESCROW = on_one_line("""
    SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id = postings.account_id
    JOIN postings AS mine ON mine.account_id = postings.account_id
    AND mine.about_noun = postings.about_noun AND mine.about_id = postings.about_id
    WHERE postings.id IN (SELECT min(id) FROM postings WHERE transaction_id = NEW.id
        GROUP BY account_id, about_noun, about_id)
    AND ledger_accounts.kind = 'escrow'
    GROUP BY postings.id HAVING sum(mine.amount) > 0
""")
# What is owed to somebody, or on its way to them, is never less than nothing; nor what they owe.
_ACCOUNTS = on_one_line("""
    SELECT 1 FROM ledger_accounts JOIN postings ON postings.account_id = ledger_accounts.id
    WHERE ledger_accounts.id IN (SELECT account_id FROM postings WHERE transaction_id = NEW.id)
    AND ledger_accounts.kind IN ('payable', 'transit', 'receivable')
    GROUP BY ledger_accounts.id, ledger_accounts.kind
    HAVING (ledger_accounts.kind <> 'receivable' AND sum(postings.amount) > 0)
    OR (ledger_accounts.kind = 'receivable' AND sum(postings.amount) < 0)
""")
# Whoever draws on the same money waits here, always in the same order.
_WAIT = on_one_line("""
    PERFORM pg_advisory_xact_lock(hashtextextended(drawn.what, 0)) FROM (
        SELECT DISTINCT CASE ledger_accounts.kind WHEN 'escrow' THEN postings.about_id
        ELSE ledger_accounts.id END AS what FROM postings
        JOIN ledger_accounts ON ledger_accounts.id = postings.account_id
        WHERE postings.transaction_id = NEW.id
        AND ledger_accounts.kind IN ('escrow', 'payable', 'transit', 'receivable')
        ORDER BY what
    ) AS drawn
""")
_OTHERWISE = (
    "NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.about_noun <> OLD.about_noun "
    'OR NEW.about_id <> OLD.about_id OR NEW."key" <> OLD."key" OR NEW.at <> OLD.at'
)
_REFUSE = "RAISE EXCEPTION 'guard:books_{}' USING ERRCODE = 'check_violation'"
_WRONG = f"NEW.posted AND NOT OLD.posted AND ({_NONE} OR EXISTS ({_UNBALANCED}))"
_TOO_MUCH = f"EXISTS ({_ESCROW}) OR EXISTS ({_ACCOUNTS})"
_IS_OPEN = "EXISTS (SELECT 1 FROM ledger_transactions WHERE id = NEW.id AND NOT posted)"
_IS_POSTED = "(SELECT posted FROM ledger_transactions WHERE id = NEW.transaction_id)"
_FOR_EACH = "FOR EACH ROW EXECUTE FUNCTION"
_NEVER = tuple(
    (f"books_closed_{table}_{verb.lower()}", f"BEFORE {verb} ON {table}")
    for table in ("postings", "ledger_accounts")
    for verb in ("UPDATE", "DELETE")
)

BALANCED = guard(
    "books_unbalanced",
    "a transaction has entries, and in each currency they sum to zero",
    "交易须有分录，且每种货币的分录合计为零",
    sqlite=(on_sqlite("books_unbalanced", f"BEFORE UPDATE ON ledger_transactions WHEN {_WRONG}"),),
    postgresql=(
        refusing("books_unbalanced", _WRONG),
        "CREATE TRIGGER books_unbalanced BEFORE UPDATE ON ledger_transactions "
        f"{_FOR_EACH} books_unbalanced()",
        refusing("books_left_open", _IS_OPEN, answer="NULL", guard_name="books_unbalanced"),
        "CREATE CONSTRAINT TRIGGER books_left_open AFTER INSERT ON ledger_transactions "
        f"DEFERRABLE INITIALLY DEFERRED {_FOR_EACH} books_left_open()",
    ),
)
OVERDRAWN = guard(
    "books_overdrawn",
    "there is not that much: no more goes out than lies there; read the balance, ask for less",
    "余额不足：支出不得超过现有金额，请核对余额后减少金额",
    sqlite=(
        on_sqlite(
            "books_overdrawn",
            f"AFTER UPDATE ON ledger_transactions WHEN NEW.posted AND ({_TOO_MUCH})",
        ),
    ),
    postgresql=(
        function(
            "books_overdrawn",
            f"{_WAIT}; IF {_TOO_MUCH} THEN {_REFUSE.format('overdrawn')}; END IF; RETURN NULL;",
        ),
        "CREATE TRIGGER books_overdrawn AFTER UPDATE ON ledger_transactions "
        f"{_FOR_EACH} books_overdrawn()",
    ),
)
CLOSED = guard(
    "books_closed",
    "what is posted stays as it is; post another transaction that sets it right",
    "已入账的交易不可更改；请另行入账更正",
    sqlite=tuple(
        on_sqlite(name, when, guard_name="books_closed")
        for name, when in (
            ("books_closed_new", "BEFORE INSERT ON ledger_transactions WHEN NEW.posted"),
            (
                "books_closed_changed",
                f"BEFORE UPDATE ON ledger_transactions WHEN OLD.posted OR {_OTHERWISE}",
            ),
            ("books_closed_removed", "BEFORE DELETE ON ledger_transactions"),
            ("books_closed_to_new", f"BEFORE INSERT ON postings WHEN {_IS_POSTED}"),
            *_NEVER,
        )
    ),
    postgresql=(
        function("books_closed", f"{_REFUSE.format('closed')};"),
        "CREATE TRIGGER books_closed_new BEFORE INSERT ON ledger_transactions "
        "FOR EACH ROW WHEN (NEW.posted) EXECUTE FUNCTION books_closed()",
        f"CREATE TRIGGER books_closed_changed BEFORE UPDATE ON ledger_transactions "
        f"FOR EACH ROW WHEN (OLD.posted OR {_OTHERWISE}) EXECUTE FUNCTION books_closed()",
        "CREATE TRIGGER books_closed_removed BEFORE DELETE ON ledger_transactions "
        f"{_FOR_EACH} books_closed()",
        refusing("books_closed_to_new", _IS_POSTED, guard_name="books_closed"),
        "CREATE TRIGGER books_closed_to_new BEFORE INSERT ON postings "
        f"{_FOR_EACH} books_closed_to_new()",
        *(f"CREATE TRIGGER {name} {when} {_FOR_EACH} books_closed()" for name, when in _NEVER),
    ),
)
