-- Who heads a unit from a date on; before the first row, units.head_staff_code.

CREATE TABLE unit_heads (
    unit_id    INTEGER NOT NULL REFERENCES units (unit_id),
    from_date  TEXT    NOT NULL,
    agency_id  INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_code TEXT,                              -- may be declared before the person is imported; null: nobody
    PRIMARY KEY (unit_id, from_date)
) STRICT, WITHOUT ROWID;
