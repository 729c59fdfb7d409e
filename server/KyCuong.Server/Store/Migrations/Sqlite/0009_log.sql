-- The server's log: a chain of hashes over taps and over everything people decide (server/manual/log.md). What was there
-- before it is entered when it begins.

CREATE TABLE log_entries (
    number    INTEGER PRIMARY KEY,                -- from 1, without holes
    at_us     INTEGER NOT NULL,
    agency_id INTEGER NOT NULL,                   -- 0: of no agency
    kind      INTEGER NOT NULL,                   -- LogKind
    subject   TEXT    NOT NULL,                   -- a table, or journal_entries
    row_key   TEXT    NOT NULL,
    salt      BLOB    NOT NULL,                   -- 16 random bytes that a row's digest begins with; none: unsalted, or erased
    digest    BLOB    NOT NULL,                   -- 32 bytes
    hash      BLOB    NOT NULL                    -- 32 bytes: of this and, through the entry before, of all before
) STRICT;

CREATE TRIGGER log_entries_no_delete BEFORE DELETE ON log_entries BEGIN SELECT RAISE (ABORT, 'the log is never shortened'); END;
CREATE TRIGGER log_entries_only_unsalted BEFORE UPDATE ON log_entries
WHEN length(NEW.salt) > 0
    OR NEW.number <> OLD.number OR NEW.at_us <> OLD.at_us OR NEW.agency_id <> OLD.agency_id OR NEW.kind <> OLD.kind
    OR NEW.subject <> OLD.subject OR NEW.row_key <> OLD.row_key OR NEW.digest <> OLD.digest OR NEW.hash <> OLD.hash
BEGIN SELECT RAISE (ABORT, 'the log is never changed'); END;
