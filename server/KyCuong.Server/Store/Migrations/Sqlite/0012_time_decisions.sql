-- What people decide of taps whose time is pending: the kiosk's clock never met the server in that boot.
CREATE TABLE time_decisions (
    decision_id        INTEGER PRIMARY KEY,
    agency_id          INTEGER NOT NULL REFERENCES agencies (agency_id),
    journal_id         INTEGER NOT NULL REFERENCES journals (journal_id),
    sequence           INTEGER NOT NULL,
    boot_id            BLOB    NOT NULL,          -- of that tap, 16 bytes
    boot_time_us       INTEGER NOT NULL,          -- of that tap
    whole_boot         INTEGER NOT NULL,          -- it speaks of every tap of the boot, by the boot-time clock
    ruling             TEXT    NOT NULL CHECK (ruling IN ('settled', 'dismissed')),
    at_us              INTEGER,                   -- when settled: the tap's instant
    uncertainty_us     INTEGER,                   -- and how sure the paper is of it
    document           TEXT    NOT NULL,
    decided_by         TEXT    NOT NULL,          -- staff code, not of who tapped
    entered_us         INTEGER NOT NULL,
    withdrawn_us       INTEGER,                   -- null: in force
    withdrawn_document TEXT,
    CHECK ((ruling = 'settled') = (at_us IS NOT NULL)),
    CHECK ((at_us IS NULL) = (uncertainty_us IS NULL)),
    CHECK ((withdrawn_us IS NULL) = (withdrawn_document IS NULL))
) STRICT;
CREATE INDEX time_decisions_tap ON time_decisions (journal_id, sequence);

CREATE TRIGGER time_decisions_no_delete BEFORE DELETE ON time_decisions WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE (ABORT, 'a decision is withdrawn, never deleted'); END;
CREATE TRIGGER time_decisions_only_withdrawn BEFORE UPDATE ON time_decisions
WHEN OLD.withdrawn_us IS NOT NULL OR NEW.withdrawn_us IS NULL
    OR NEW.decision_id <> OLD.decision_id OR NEW.agency_id <> OLD.agency_id OR NEW.journal_id <> OLD.journal_id OR NEW.sequence <> OLD.sequence
    OR NEW.boot_id <> OLD.boot_id OR NEW.boot_time_us <> OLD.boot_time_us OR NEW.whole_boot <> OLD.whole_boot OR NEW.ruling <> OLD.ruling
    OR NEW.at_us IS NOT OLD.at_us OR NEW.uncertainty_us IS NOT OLD.uncertainty_us
    OR NEW.document <> OLD.document OR NEW.decided_by <> OLD.decided_by OR NEW.entered_us <> OLD.entered_us
BEGIN SELECT RAISE (ABORT, 'a decision is immutable but for its withdrawal, once'); END;
