-- Badges of a pool, lent to one person until the day's end. They have no holders.

ALTER TABLE badges ADD COLUMN pool_label TEXT;         -- what is written on it; null: a badge of somebody's own
CREATE UNIQUE INDEX badges_pool ON badges (agency_id, pool_label);

CREATE TABLE badge_loans (
    loan_id     INTEGER PRIMARY KEY,
    agency_id   INTEGER NOT NULL REFERENCES agencies (agency_id),
    badge_id    INTEGER NOT NULL REFERENCES badges (badge_id),
    staff_id    INTEGER NOT NULL REFERENCES staff (staff_id),
    from_us     INTEGER NOT NULL,
    to_us       INTEGER NOT NULL,                      -- the day's end in the agency's zone; exclusive
    lent_by     TEXT    NOT NULL,                      -- staff code of somebody else
    returned_us INTEGER,                               -- ended then; null: not before to_us
    CHECK (from_us < to_us AND (returned_us IS NULL OR returned_us >= from_us))
) STRICT;
CREATE INDEX badge_loans_badge ON badge_loans (badge_id);
CREATE INDEX badge_loans_agency ON badge_loans (agency_id, to_us);

CREATE TRIGGER badge_loans_no_delete BEFORE DELETE ON badge_loans BEGIN SELECT RAISE (ABORT, 'a loan is never deleted'); END;
CREATE TRIGGER badge_loans_only_returned BEFORE UPDATE ON badge_loans
WHEN OLD.returned_us IS NOT NULL OR NEW.returned_us IS NULL
    OR NEW.loan_id <> OLD.loan_id OR NEW.agency_id <> OLD.agency_id OR NEW.badge_id <> OLD.badge_id OR NEW.staff_id <> OLD.staff_id
    OR NEW.from_us <> OLD.from_us OR NEW.to_us <> OLD.to_us OR NEW.lent_by <> OLD.lent_by
BEGIN SELECT RAISE (ABORT, 'a loan is immutable but for its return, once'); END;
