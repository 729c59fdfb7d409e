-- What people decide about findings, incidents, and days kept by hand. Nothing is altered: a decision is withdrawn by a
-- document, a record is confirmed once, a correction is a new row.

CREATE TABLE finding_decisions (
    decision_id        INTEGER PRIMARY KEY,
    agency_id          INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_id           INTEGER NOT NULL REFERENCES staff (staff_id),
    date               TEXT    NOT NULL,          -- of the shift
    ruling             TEXT    NOT NULL CHECK (ruling IN ('excused', 'confirmed')),
    schedule_code      TEXT,                      -- null: whatever schedule
    session            INTEGER,                   -- from 0; null: every one
    finding            TEXT,                      -- as day --format json names it; null: every kind
    document           TEXT    NOT NULL,
    decided_by         TEXT    NOT NULL,          -- staff code
    entered_us         INTEGER NOT NULL,
    withdrawn_us       INTEGER,                   -- null: in force
    withdrawn_document TEXT,
    CHECK ((withdrawn_us IS NULL) = (withdrawn_document IS NULL))
) STRICT;
CREATE INDEX finding_decisions_dates ON finding_decisions (agency_id, date);

CREATE TABLE incidents (
    incident_id        INTEGER PRIMARY KEY,
    agency_id          INTEGER NOT NULL REFERENCES agencies (agency_id),
    from_us            INTEGER NOT NULL,
    to_us              INTEGER NOT NULL,          -- inclusive
    kiosk_id           INTEGER REFERENCES kiosks (kiosk_id), -- null: not of one kiosk
    unit_id            INTEGER REFERENCES units (unit_id),   -- null: not of one unit
    document           TEXT    NOT NULL,
    decided_by         TEXT    NOT NULL,          -- staff code
    entered_us         INTEGER NOT NULL,
    withdrawn_us       INTEGER,                   -- null: in force
    withdrawn_document TEXT,
    CHECK (from_us <= to_us),
    CHECK ((withdrawn_us IS NULL) = (withdrawn_document IS NULL))
) STRICT;
CREATE INDEX incidents_agency ON incidents (agency_id, to_us);

CREATE TABLE hand_kept (
    hand_kept_id       INTEGER PRIMARY KEY,
    agency_id          INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_id           INTEGER NOT NULL REFERENCES staff (staff_id),
    from_date          TEXT    NOT NULL,
    to_date            TEXT,                      -- inclusive; null: open
    document           TEXT    NOT NULL,
    decided_by         TEXT    NOT NULL,          -- staff code
    entered_us         INTEGER NOT NULL,
    withdrawn_us       INTEGER,                   -- null: in force
    withdrawn_document TEXT,
    CHECK (to_date IS NULL OR from_date <= to_date),
    CHECK ((withdrawn_us IS NULL) = (withdrawn_document IS NULL))
) STRICT;
CREATE INDEX hand_kept_agency ON hand_kept (agency_id, staff_id);

CREATE TABLE hand_kept_marks (
    mark_id      INTEGER PRIMARY KEY,
    agency_id    INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_id     INTEGER NOT NULL REFERENCES staff (staff_id),
    date         TEXT    NOT NULL,
    session      INTEGER,                         -- from 0; null: every one of the date
    present      INTEGER NOT NULL CHECK (present IN (0, 1)),
    recorded_by  TEXT    NOT NULL,                -- staff code
    entered_us   INTEGER NOT NULL,
    confirmed_by TEXT,                            -- staff code of the head; null: not yet
    confirmed_us INTEGER,
    CHECK ((confirmed_us IS NULL) = (confirmed_by IS NULL))
) STRICT;
CREATE INDEX hand_kept_marks_dates ON hand_kept_marks (agency_id, date);

CREATE TRIGGER finding_decisions_no_delete BEFORE DELETE ON finding_decisions
BEGIN
    SELECT RAISE(ABORT, 'a decision is withdrawn, never deleted');
END;

CREATE TRIGGER finding_decisions_only_withdrawn BEFORE UPDATE ON finding_decisions
WHEN OLD.withdrawn_us IS NOT NULL OR NEW.withdrawn_us IS NULL
    OR NEW.decision_id <> OLD.decision_id OR NEW.agency_id <> OLD.agency_id OR NEW.staff_id <> OLD.staff_id OR NEW.date <> OLD.date
    OR NEW.ruling <> OLD.ruling OR NEW.schedule_code IS NOT OLD.schedule_code OR NEW.session IS NOT OLD.session
    OR NEW.finding IS NOT OLD.finding OR NEW.document <> OLD.document OR NEW.decided_by <> OLD.decided_by OR NEW.entered_us <> OLD.entered_us
BEGIN
    SELECT RAISE(ABORT, 'a decision is immutable but for its withdrawal, once');
END;

CREATE TRIGGER incidents_no_delete BEFORE DELETE ON incidents
BEGIN
    SELECT RAISE(ABORT, 'an incident is withdrawn, never deleted');
END;

CREATE TRIGGER incidents_only_withdrawn BEFORE UPDATE ON incidents
WHEN OLD.withdrawn_us IS NOT NULL OR NEW.withdrawn_us IS NULL
    OR NEW.incident_id <> OLD.incident_id OR NEW.agency_id <> OLD.agency_id OR NEW.from_us <> OLD.from_us OR NEW.to_us <> OLD.to_us
    OR NEW.kiosk_id IS NOT OLD.kiosk_id OR NEW.unit_id IS NOT OLD.unit_id OR NEW.document <> OLD.document
    OR NEW.decided_by <> OLD.decided_by OR NEW.entered_us <> OLD.entered_us
BEGIN
    SELECT RAISE(ABORT, 'an incident is immutable but for its withdrawal, once');
END;

CREATE TRIGGER hand_kept_no_delete BEFORE DELETE ON hand_kept
BEGIN
    SELECT RAISE(ABORT, 'keeping by hand is withdrawn, never deleted');
END;

CREATE TRIGGER hand_kept_only_withdrawn BEFORE UPDATE ON hand_kept
WHEN OLD.withdrawn_us IS NOT NULL OR NEW.withdrawn_us IS NULL
    OR NEW.hand_kept_id <> OLD.hand_kept_id OR NEW.agency_id <> OLD.agency_id OR NEW.staff_id <> OLD.staff_id
    OR NEW.from_date <> OLD.from_date OR NEW.to_date IS NOT OLD.to_date OR NEW.document <> OLD.document
    OR NEW.decided_by <> OLD.decided_by OR NEW.entered_us <> OLD.entered_us
BEGIN
    SELECT RAISE(ABORT, 'keeping by hand is immutable but for its withdrawal, once');
END;

CREATE TRIGGER hand_kept_marks_no_delete BEFORE DELETE ON hand_kept_marks
BEGIN
    SELECT RAISE(ABORT, 'a record kept by hand is never deleted');
END;

CREATE TRIGGER hand_kept_marks_only_confirmed BEFORE UPDATE ON hand_kept_marks
WHEN OLD.confirmed_us IS NOT NULL OR NEW.confirmed_us IS NULL
    OR NEW.mark_id <> OLD.mark_id OR NEW.agency_id <> OLD.agency_id OR NEW.staff_id <> OLD.staff_id OR NEW.date <> OLD.date
    OR NEW.session IS NOT OLD.session OR NEW.present <> OLD.present OR NEW.recorded_by <> OLD.recorded_by OR NEW.entered_us <> OLD.entered_us
BEGIN
    SELECT RAISE(ABORT, 'a record kept by hand is immutable but for its confirmation, once');
END;
