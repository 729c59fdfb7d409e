-- A tap without a badge: the person entered a staff code and a PIN. It is a tap like any other, with a code in place of a
-- badge and nothing of the PIN.

ALTER TABLE taps ADD COLUMN staff_code TEXT;           -- as entered; null: a badge was presented. Then reader and badge are empty
ALTER TABLE taps ADD COLUMN claim INTEGER;             -- ClaimCheck of the contract; null as staff_code is

-- Derived beside resolved_taps: those made without a badge of one's own.
CREATE TABLE badgeless_taps (
    agency_id  INTEGER NOT NULL,
    bucket     INTEGER NOT NULL,                       -- as in resolved_taps
    staff_id   INTEGER NOT NULL,
    journal_id INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,
    PRIMARY KEY (agency_id, bucket, staff_id, journal_id, sequence)
) STRICT, WITHOUT ROWID;

-- Two reasons more.
CREATE TABLE unresolved_taps_new (
    journal_id INTEGER NOT NULL,                  -- 0: imported
    sequence   INTEGER NOT NULL,
    agency_id  INTEGER NOT NULL,
    reason     TEXT    NOT NULL CHECK (reason IN ('unknown', 'ambiguous', 'blocked', 'timePending', 'quarantined', 'unverified', 'rejected')),
    boot_id    BLOB    NOT NULL,                  -- of a tap whose time is pending
    at_us      INTEGER,                           -- corrected instant where known
    badge_id   INTEGER,                           -- the badge, when it is blocked
    PRIMARY KEY (journal_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO unresolved_taps_new SELECT journal_id, sequence, agency_id, reason, boot_id, at_us, badge_id FROM unresolved_taps;
DROP TABLE unresolved_taps;
ALTER TABLE unresolved_taps_new RENAME TO unresolved_taps;
CREATE INDEX unresolved_taps_reason ON unresolved_taps (agency_id, reason);

-- Of each person at most one, in no readable form.
CREATE TABLE staff_pins (
    pin_id    INTEGER PRIMARY KEY,
    agency_id INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_id  INTEGER NOT NULL REFERENCES staff (staff_id),
    salt      BLOB    NOT NULL,                   -- 16 random bytes
    hash      BLOB    NOT NULL,                   -- PBKDF2 with HMAC-SHA-256, 32 bytes
    rounds    INTEGER NOT NULL,
    issued_us INTEGER NOT NULL,
    UNIQUE (staff_id)
) STRICT;

-- What people decide of claims that the server could not check.
CREATE TABLE claim_decisions (
    decision_id        INTEGER PRIMARY KEY,
    agency_id          INTEGER NOT NULL REFERENCES agencies (agency_id),
    journal_id         INTEGER NOT NULL REFERENCES journals (journal_id),
    sequence           INTEGER NOT NULL,
    ruling             TEXT    NOT NULL CHECK (ruling IN ('confirmed', 'rejected')),
    document           TEXT    NOT NULL,
    decided_by         TEXT    NOT NULL,          -- staff code, not the claimant's
    entered_us         INTEGER NOT NULL,
    withdrawn_us       INTEGER,                   -- null: in force
    withdrawn_document TEXT,
    CHECK ((withdrawn_us IS NULL) = (withdrawn_document IS NULL))
) STRICT;
CREATE INDEX claim_decisions_tap ON claim_decisions (journal_id, sequence);

CREATE TRIGGER claim_decisions_no_delete BEFORE DELETE ON claim_decisions BEGIN SELECT RAISE (ABORT, 'a decision is withdrawn, never deleted'); END;
CREATE TRIGGER claim_decisions_only_withdrawn BEFORE UPDATE ON claim_decisions
WHEN OLD.withdrawn_us IS NOT NULL OR NEW.withdrawn_us IS NULL
    OR NEW.decision_id <> OLD.decision_id OR NEW.agency_id <> OLD.agency_id OR NEW.journal_id <> OLD.journal_id OR NEW.sequence <> OLD.sequence
    OR NEW.ruling <> OLD.ruling OR NEW.document <> OLD.document OR NEW.decided_by <> OLD.decided_by OR NEW.entered_us <> OLD.entered_us
BEGIN SELECT RAISE (ABORT, 'a decision is immutable but for its withdrawal, once'); END;
