-- Who heads a unit from a date on; before the first row, units.head_staff_code.

CREATE TABLE unit_heads (
    unit_id    bigint           NOT NULL REFERENCES units (unit_id),
    from_date  date             NOT NULL,
    agency_id  bigint           NOT NULL REFERENCES agencies (agency_id),
    staff_code text COLLATE "C",  -- may be declared before the person is imported; null: nobody
    PRIMARY KEY (unit_id, from_date)
);
