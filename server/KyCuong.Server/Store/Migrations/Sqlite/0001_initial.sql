-- Instants (…_us) are microseconds since 1970-01-01T00:00:00Z; dates are TEXT yyyy-MM-dd in the agency's zone.
-- Every table carries the agency.

-- Who works where, and when ------------------------------------------------------------------------------------

CREATE TABLE agencies (
    agency_id      INTEGER PRIMARY KEY,
    code           TEXT    NOT NULL UNIQUE,      -- immutable
    name           TEXT    NOT NULL,
    superior       TEXT,
    time_zone      TEXT    NOT NULL,             -- IANA name
    rest_days      TEXT    NOT NULL,             -- JSON: ["Sat","Sun"]
    policy         TEXT    NOT NULL,             -- JSON
    roster_version INTEGER NOT NULL,             -- grows with each change a kiosk should hear of
    created_us     INTEGER NOT NULL
) STRICT;

CREATE TABLE units (
    unit_id         INTEGER PRIMARY KEY,
    agency_id       INTEGER NOT NULL REFERENCES agencies (agency_id),
    code            TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    parent_unit_id  INTEGER REFERENCES units (unit_id),
    head_staff_code TEXT,                         -- may be declared before the person is imported
    UNIQUE (agency_id, code)
) STRICT;

CREATE TABLE staff (
    staff_id    INTEGER PRIMARY KEY,
    agency_id   INTEGER NOT NULL REFERENCES agencies (agency_id),
    code        TEXT    NOT NULL,
    full_name   TEXT    NOT NULL,                 -- NFC
    name_sort   BLOB    NOT NULL,                 -- vi-VN sort key: given name, then the rest
    birth_date  TEXT,
    email       TEXT,
    phone       TEXT,
    card_number TEXT,
    UNIQUE (agency_id, code)
) STRICT;

-- Which unit a person belonged to on a date.
CREATE TABLE postings (
    posting_id INTEGER PRIMARY KEY,
    agency_id  INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_id   INTEGER NOT NULL REFERENCES staff (staff_id),
    unit_id    INTEGER NOT NULL REFERENCES units (unit_id),
    position   TEXT,
    category   TEXT,                              -- Official, CivilServant, PublicEmployee, ContractWorker
    from_date  TEXT    NOT NULL,
    to_date    TEXT,                              -- inclusive; null: open
    UNIQUE (staff_id, from_date)
) STRICT;
CREATE INDEX postings_unit ON postings (agency_id, unit_id);

-- Working time -------------------------------------------------------------------------------------------------

-- One version of a schedule; versions of a code do not overlap.
CREATE TABLE schedules (
    schedule_id INTEGER PRIMARY KEY,
    agency_id   INTEGER NOT NULL REFERENCES agencies (agency_id),
    code        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    from_date   TEXT    NOT NULL,
    to_date     TEXT,
    definition  TEXT    NOT NULL,                 -- JSON as in the apply file: days, sessions, graces, …
    UNIQUE (agency_id, code, from_date)
) STRICT;

CREATE TABLE assignments (
    assignment_id INTEGER PRIMARY KEY,
    agency_id     INTEGER NOT NULL REFERENCES agencies (agency_id),
    unit_id       INTEGER REFERENCES units (unit_id),   -- neither unit nor staff: the agency's
    staff_id      INTEGER REFERENCES staff (staff_id),
    schedule_code TEXT    NOT NULL,
    from_date     TEXT,
    to_date       TEXT,
    mode          TEXT    NOT NULL CHECK (mode IN ('replace', 'add')),
    dates         TEXT,                            -- JSON array of dates, or null for every date from–to
    CHECK (unit_id IS NULL OR staff_id IS NULL)
) STRICT;
CREATE INDEX assignments_agency ON assignments (agency_id);

-- The agency's own notices; the shipped public-sector calendar stands beside them.
CREATE TABLE holidays (
    agency_id INTEGER NOT NULL REFERENCES agencies (agency_id),
    date      TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    notice    TEXT,
    PRIMARY KEY (agency_id, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE day_swaps (
    agency_id   INTEGER NOT NULL REFERENCES agencies (agency_id),
    off_date    TEXT    NOT NULL,
    worked_date TEXT    NOT NULL,
    notice      TEXT,
    PRIMARY KEY (agency_id, off_date)
) STRICT, WITHOUT ROWID;

-- What was imported, for the record and the operator.
CREATE TABLE imports (
    import_id INTEGER PRIMARY KEY,
    agency_id INTEGER NOT NULL REFERENCES agencies (agency_id),
    kind      TEXT    NOT NULL,
    file_name TEXT    NOT NULL,
    sha256    BLOB    NOT NULL,
    rows      INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    at_us     INTEGER NOT NULL
) STRICT;

-- Badges -------------------------------------------------------------------------------------------------------

CREATE TABLE badges (
    badge_id       INTEGER PRIMARY KEY,
    agency_id      INTEGER NOT NULL REFERENCES agencies (agency_id),
    kind           TEXT    NOT NULL,              -- the spelling it was given in: em10h, uid, kc1, …
    state          INTEGER NOT NULL,              -- BadgeState of the contract
    state_since_us INTEGER NOT NULL
) STRICT;

-- One row a level and key; never the number itself.
CREATE TABLE badge_hashes (
    agency_id INTEGER NOT NULL REFERENCES agencies (agency_id),
    level     INTEGER NOT NULL,                   -- CredentialLevel of the contract
    key_id    INTEGER NOT NULL,
    hash      BLOB    NOT NULL,                   -- 16 bytes
    badge_id  INTEGER NOT NULL REFERENCES badges (badge_id),
    PRIMARY KEY (agency_id, level, key_id, hash, badge_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX badge_hashes_badge ON badge_hashes (badge_id);

-- Who held a badge from when to when.
CREATE TABLE badge_holdings (
    holding_id INTEGER PRIMARY KEY,
    agency_id  INTEGER NOT NULL REFERENCES agencies (agency_id),
    badge_id   INTEGER NOT NULL REFERENCES badges (badge_id),
    staff_id   INTEGER NOT NULL REFERENCES staff (staff_id),
    from_date  TEXT    NOT NULL,
    to_date    TEXT,
    UNIQUE (badge_id, from_date)
) STRICT;
CREATE INDEX badge_holdings_staff ON badge_holdings (staff_id);

-- The secret bytes of a key lie in a file of their own, so that a copy of the store alone finds no badge.
CREATE TABLE badge_keys (
    agency_id  INTEGER NOT NULL REFERENCES agencies (agency_id),
    key_id     INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (agency_id, key_id)
) STRICT, WITHOUT ROWID;

-- Kiosks -------------------------------------------------------------------------------------------------------

CREATE TABLE kiosks (
    kiosk_id       INTEGER PRIMARY KEY,
    agency_id      INTEGER NOT NULL REFERENCES agencies (agency_id),
    code           TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    unit_id        INTEGER REFERENCES units (unit_id),   -- serves this unit and those below it; null: everyone
    state          TEXT    NOT NULL CHECK (state IN ('declared', 'enrolled', 'retired', 'revoked')),
    quarantined    INTEGER NOT NULL,
    created_us     INTEGER NOT NULL,
    enrolled_us    INTEGER,
    ended_us       INTEGER,
    known_until_us INTEGER,                       -- every tap up to here is in the store
    seen_us        INTEGER,                       -- last message, server's clock
    software       TEXT,
    UNIQUE (agency_id, code)
) STRICT;

CREATE TABLE enrolment_codes (
    secret_hash BLOB    PRIMARY KEY,              -- SHA-256 of the 80-bit secret
    agency_id   INTEGER NOT NULL REFERENCES agencies (agency_id),
    kiosk_id    INTEGER NOT NULL REFERENCES kiosks (kiosk_id),
    created_us  INTEGER NOT NULL,
    expires_us  INTEGER NOT NULL,
    used_us     INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE kiosk_certificates (
    thumbprint   BLOB    PRIMARY KEY,             -- SHA-256 of the DER
    agency_id    INTEGER NOT NULL REFERENCES agencies (agency_id),
    kiosk_id     INTEGER NOT NULL REFERENCES kiosks (kiosk_id),
    issued_us    INTEGER NOT NULL,
    not_after_us INTEGER NOT NULL,
    revoked_us   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX kiosk_certificates_kiosk ON kiosk_certificates (kiosk_id);

-- One journal of one kiosk: one epoch.
CREATE TABLE journals (
    journal_id      INTEGER PRIMARY KEY,
    agency_id       INTEGER NOT NULL REFERENCES agencies (agency_id),
    kiosk_id        INTEGER NOT NULL REFERENCES kiosks (kiosk_id),
    epoch           BLOB    NOT NULL,             -- 16 bytes
    high_water      INTEGER NOT NULL,             -- highest contiguous sequence stored or declared lost
    high_water_hash BLOB    NOT NULL,             -- 32 bytes; zeros at 0 and after entries declared lost
    first_seen_us   INTEGER NOT NULL,
    UNIQUE (kiosk_id, epoch)
) STRICT;

-- Facts --------------------------------------------------------------------------------------------------------

-- Written once, never changed.
CREATE TABLE taps (
    journal_id           INTEGER NOT NULL REFERENCES journals (journal_id),
    sequence             INTEGER NOT NULL,
    agency_id            INTEGER NOT NULL,
    hash                 BLOB    NOT NULL,        -- of the journal entry, 32 bytes
    wall_clock_us        INTEGER NOT NULL,
    boot_time_us         INTEGER NOT NULL,
    boot_id              BLOB    NOT NULL,
    server_minus_boot_us INTEGER,                 -- null, as the next two: the clock had not met the server in this boot
    uncertainty_us       INTEGER,
    sample_age_us        INTEGER,
    reader               TEXT    NOT NULL,
    badge                BLOB    NOT NULL,        -- level u8, key id u32, hash 16; strongest first; 21 bytes each
    technology           INTEGER NOT NULL,
    raw_length           INTEGER NOT NULL,
    direction            INTEGER NOT NULL,        -- Direction of the contract
    direction_source     INTEGER NOT NULL,
    received_us          INTEGER NOT NULL,
    backlog              INTEGER NOT NULL,        -- 1: came late
    PRIMARY KEY (journal_id, sequence)
) STRICT, WITHOUT ROWID;

-- All entries that are no taps, in the canonical encoding.
CREATE TABLE kiosk_events (
    journal_id  INTEGER NOT NULL REFERENCES journals (journal_id),
    sequence    INTEGER NOT NULL,
    agency_id   INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    kind        INTEGER NOT NULL,
    encoding    BLOB    NOT NULL,
    received_us INTEGER NOT NULL,
    PRIMARY KEY (journal_id, sequence)
) STRICT, WITHOUT ROWID;

-- Holes: entries not yet come though later ones have, or declared lost by the kiosk.
CREATE TABLE journal_gaps (
    journal_id     INTEGER NOT NULL REFERENCES journals (journal_id),
    first_sequence INTEGER NOT NULL,
    last_sequence  INTEGER NOT NULL,
    agency_id      INTEGER NOT NULL,
    noticed_us     INTEGER NOT NULL,
    declared_us    INTEGER,                        -- when the kiosk said they are lost
    PRIMARY KEY (journal_id, first_sequence)
) STRICT, WITHOUT ROWID;

-- Same key, other hash: kept, acknowledged, not judged.
CREATE TABLE journal_conflicts (
    journal_id  INTEGER NOT NULL REFERENCES journals (journal_id),
    sequence    INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    agency_id   INTEGER NOT NULL,
    encoding    BLOB    NOT NULL,
    received_us INTEGER NOT NULL,
    PRIMARY KEY (journal_id, sequence, hash)
) STRICT, WITHOUT ROWID;

-- Taps brought in from another system's file.
CREATE TABLE imported_taps (
    imported_tap_id INTEGER PRIMARY KEY,
    agency_id       INTEGER NOT NULL REFERENCES agencies (agency_id),
    import_id       INTEGER NOT NULL REFERENCES imports (import_id),
    line            INTEGER NOT NULL,
    staff_id        INTEGER NOT NULL,             -- 0 when the row names a badge
    badge           BLOB    NOT NULL,             -- as in taps; empty when the row names a person
    at_us           INTEGER NOT NULL,
    direction       INTEGER NOT NULL,
    reader          TEXT    NOT NULL,
    UNIQUE (agency_id, staff_id, badge, at_us, direction, reader)
) STRICT;

-- Derived, in the transaction of the fact; can be rebuilt -------------------------------------------------------

-- The person and the corrected instant of each tap that has both. Summaries read one range of this key.
CREATE TABLE resolved_taps (
    agency_id        INTEGER NOT NULL,
    bucket           INTEGER NOT NULL,            -- date in the agency's zone, days since 0001-01-01 (DateOnly.DayNumber)
    staff_id         INTEGER NOT NULL,
    at_us            INTEGER NOT NULL,            -- corrected instant
    journal_id       INTEGER NOT NULL,            -- 0: imported
    sequence         INTEGER NOT NULL,            -- imported_tap_id when imported
    direction        INTEGER NOT NULL,
    direction_source INTEGER NOT NULL,
    uncertainty_us   INTEGER NOT NULL,
    kiosk_id         INTEGER NOT NULL,            -- 0: imported
    reader           TEXT    NOT NULL,
    PRIMARY KEY (agency_id, bucket, staff_id, at_us, journal_id, sequence)
) STRICT, WITHOUT ROWID;

-- Taps without a person or without an instant, and why.
CREATE TABLE unresolved_taps (
    journal_id INTEGER NOT NULL,                  -- 0: imported
    sequence   INTEGER NOT NULL,
    agency_id  INTEGER NOT NULL,
    reason     TEXT    NOT NULL CHECK (reason IN ('unknown', 'ambiguous', 'blocked', 'timePending', 'quarantined')),
    boot_id    BLOB    NOT NULL,                  -- of a tap whose time is pending
    at_us      INTEGER,                           -- corrected instant where known
    badge_id   INTEGER,                           -- the badge, when it is blocked
    PRIMARY KEY (journal_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX unresolved_taps_reason ON unresolved_taps (agency_id, reason);

-- Facts stay as they were written.
CREATE TRIGGER taps_no_update BEFORE UPDATE ON taps BEGIN SELECT RAISE (ABORT, 'taps are never changed'); END;
CREATE TRIGGER taps_no_delete BEFORE DELETE ON taps BEGIN SELECT RAISE (ABORT, 'taps are never deleted'); END;
CREATE TRIGGER kiosk_events_no_update BEFORE UPDATE ON kiosk_events BEGIN SELECT RAISE (ABORT, 'journal entries are never changed'); END;
CREATE TRIGGER kiosk_events_no_delete BEFORE DELETE ON kiosk_events BEGIN SELECT RAISE (ABORT, 'journal entries are never deleted'); END;
CREATE TRIGGER imported_taps_no_update BEFORE UPDATE ON imported_taps BEGIN SELECT RAISE (ABORT, 'taps are never changed'); END;
CREATE TRIGGER agencies_code_immutable BEFORE UPDATE OF code ON agencies WHEN NEW.code <> OLD.code BEGIN SELECT RAISE (ABORT, 'the code of an agency is never changed'); END;
