-- What was erased, by whose order (server/manual/log.md, "Erasing"): signed tombstones, and of each erased journal entry the fact
-- that it was there.

CREATE TABLE erasures (
    erasure_id  INTEGER PRIMARY KEY,
    agency_id   INTEGER NOT NULL REFERENCES agencies (agency_id),
    kind        TEXT    NOT NULL,                 -- ErasureKind; as in the content
    before_date TEXT,                             -- what is older is gone; as in the content
    content     BLOB    NOT NULL,                 -- the tombstone, JSON
    signature   BLOB    NOT NULL,                 -- of the content, by the server's authority
    row_list    TEXT    NOT NULL                  -- rows that were erased: table, key, and where in the log they began
) STRICT;

-- Entries of kiosks of which only this is kept. Those that are not here are awaited: of a store put back from a backup they have not
-- come yet, of a kiosk that contradicted itself they are the other side.
CREATE TABLE erased_entries (
    kiosk_id    INTEGER NOT NULL,                 -- a store put back may not know it yet
    epoch       BLOB    NOT NULL,                 -- 16 bytes
    sequence    INTEGER NOT NULL,
    hash        BLOB    NOT NULL,                 -- 32 bytes
    agency_id   INTEGER NOT NULL,
    erasure_id  INTEGER NOT NULL REFERENCES erasures (erasure_id),
    received_us INTEGER,                          -- null, as the next: not here
    backlog     INTEGER,
    PRIMARY KEY (kiosk_id, epoch, sequence, hash),
    CHECK ((received_us IS NULL) = (backlog IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX erased_entries_erasure ON erased_entries (erasure_id);

-- Has a row while a transaction erases, and never outside one.
CREATE TABLE erasing (
    erasure_id INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures BEGIN SELECT RAISE (ABORT, 'a tombstone is never changed'); END;
CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures BEGIN SELECT RAISE (ABORT, 'a tombstone is never deleted'); END;
CREATE TRIGGER erased_entries_no_delete BEFORE DELETE ON erased_entries BEGIN SELECT RAISE (ABORT, 'a tombstone is never deleted'); END;
CREATE TRIGGER erased_entries_only_received BEFORE UPDATE ON erased_entries
WHEN OLD.received_us IS NOT NULL OR NEW.received_us IS NULL
    OR NEW.kiosk_id <> OLD.kiosk_id OR NEW.epoch <> OLD.epoch OR NEW.sequence <> OLD.sequence OR NEW.hash <> OLD.hash
    OR NEW.agency_id <> OLD.agency_id OR NEW.erasure_id <> OLD.erasure_id
BEGIN SELECT RAISE (ABORT, 'a tombstone is never changed'); END;

-- A tap goes when the fact of it is kept; what people decided goes while a tombstone is written.
DROP TRIGGER taps_no_delete;
CREATE TRIGGER taps_no_delete BEFORE DELETE ON taps
WHEN NOT EXISTS (
    SELECT 1 FROM erased_entries e JOIN journals j ON j.kiosk_id = e.kiosk_id AND j.epoch = e.epoch
    WHERE j.journal_id = OLD.journal_id AND e.sequence = OLD.sequence AND e.hash = OLD.hash AND e.received_us = OLD.received_us AND e.backlog = OLD.backlog)
BEGIN SELECT RAISE (ABORT, 'taps are never deleted'); END;
DROP TRIGGER finding_decisions_no_delete;
CREATE TRIGGER finding_decisions_no_delete BEFORE DELETE ON finding_decisions WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE (ABORT, 'a decision is withdrawn, never deleted'); END;
DROP TRIGGER hand_kept_no_delete;
CREATE TRIGGER hand_kept_no_delete BEFORE DELETE ON hand_kept WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE (ABORT, 'keeping by hand is withdrawn, never deleted'); END;
DROP TRIGGER hand_kept_marks_no_delete;
CREATE TRIGGER hand_kept_marks_no_delete BEFORE DELETE ON hand_kept_marks WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE (ABORT, 'a record kept by hand is never deleted'); END;
DROP TRIGGER claim_decisions_no_delete;
CREATE TRIGGER claim_decisions_no_delete BEFORE DELETE ON claim_decisions WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE (ABORT, 'a decision is withdrawn, never deleted'); END;
DROP TRIGGER badge_loans_no_delete;
CREATE TRIGGER badge_loans_no_delete BEFORE DELETE ON badge_loans WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE (ABORT, 'a loan is never deleted'); END;
DROP TRIGGER leave_entries_no_delete;
CREATE TRIGGER leave_entries_no_delete BEFORE DELETE ON leave_entries WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE (ABORT, 'leave is withdrawn, never deleted'); END;

-- The key of a badge's hash is that hash: it goes with the badge, the entry and its place in the chain stay.
DROP TRIGGER log_entries_only_unsalted;
CREATE TRIGGER log_entries_only_unsalted BEFORE UPDATE ON log_entries
WHEN length(NEW.salt) > 0
    OR (NEW.row_key <> OLD.row_key AND NOT (NEW.row_key = '' AND OLD.subject = 'badge_hashes' AND EXISTS (SELECT 1 FROM erasing)))
    OR NEW.number <> OLD.number OR NEW.at_us <> OLD.at_us OR NEW.agency_id <> OLD.agency_id OR NEW.kind <> OLD.kind
    OR NEW.subject <> OLD.subject OR NEW.digest <> OLD.digest OR NEW.hash <> OLD.hash
BEGIN SELECT RAISE (ABORT, 'the log is never changed'); END;
