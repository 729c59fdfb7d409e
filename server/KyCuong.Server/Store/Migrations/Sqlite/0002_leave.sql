-- Leave, trips, passes, permits and reductions. What was entered stays as it was entered; it can only be withdrawn.

CREATE TABLE leave_entries (
    leave_id           INTEGER PRIMARY KEY,
    agency_id          INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_id           INTEGER NOT NULL REFERENCES staff (staff_id),
    import_id          INTEGER NOT NULL REFERENCES imports (import_id),
    line               INTEGER NOT NULL,          -- in the imported file, from 1
    from_date          TEXT    NOT NULL,
    to_date            TEXT    NOT NULL,          -- inclusive
    part               TEXT    NOT NULL,          -- day, morning, afternoon, HH:MM-HH:MM, start+60, end-60, any60
    kind               TEXT    NOT NULL,          -- from the closed list of the leave file
    document           TEXT,
    entered_us         INTEGER NOT NULL,
    approved_us        INTEGER,                   -- null: by the import, with its document
    withdrawn_us       INTEGER,                   -- null: in force
    withdrawn_document TEXT,
    withdrawn_reason   TEXT,
    CHECK (from_date <= to_date),
    CHECK ((withdrawn_us IS NULL) = (withdrawn_document IS NULL) AND (withdrawn_us IS NULL) = (withdrawn_reason IS NULL))
) STRICT;
CREATE INDEX leave_entries_dates ON leave_entries (agency_id, to_date, from_date);
CREATE INDEX leave_entries_staff ON leave_entries (staff_id, from_date);

CREATE TRIGGER leave_entries_no_delete BEFORE DELETE ON leave_entries
BEGIN
    SELECT RAISE(ABORT, 'leave is withdrawn, never deleted');
END;

CREATE TRIGGER leave_entries_only_withdrawn BEFORE UPDATE ON leave_entries
WHEN OLD.withdrawn_us IS NOT NULL OR NEW.withdrawn_us IS NULL
    OR NEW.leave_id <> OLD.leave_id OR NEW.agency_id <> OLD.agency_id OR NEW.staff_id <> OLD.staff_id
    OR NEW.import_id <> OLD.import_id OR NEW.line <> OLD.line
    OR NEW.from_date <> OLD.from_date OR NEW.to_date <> OLD.to_date OR NEW.part <> OLD.part OR NEW.kind <> OLD.kind
    OR NEW.document IS NOT OLD.document OR NEW.entered_us <> OLD.entered_us OR NEW.approved_us IS NOT OLD.approved_us
BEGIN
    SELECT RAISE(ABORT, 'leave is immutable but for its withdrawal, once');
END;
