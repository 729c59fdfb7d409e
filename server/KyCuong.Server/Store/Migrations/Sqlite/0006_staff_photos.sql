-- Portraits for the gates' screens, one a person. They are held apart from staff so that nobody who reads people reads pictures.

CREATE TABLE staff_photos (
    photo_id  INTEGER PRIMARY KEY,
    agency_id INTEGER NOT NULL REFERENCES agencies (agency_id),
    staff_id  INTEGER NOT NULL REFERENCES staff (staff_id),
    import_id INTEGER NOT NULL REFERENCES imports (import_id),
    sha256    BLOB    NOT NULL,                   -- of content
    content   BLOB    NOT NULL,                   -- JPEG or PNG
    UNIQUE (staff_id)
) STRICT;
CREATE INDEX staff_photos_hash ON staff_photos (agency_id, sha256, staff_id);
