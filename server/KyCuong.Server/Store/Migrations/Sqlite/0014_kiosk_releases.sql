-- People looked at a kiosk that had contradicted itself: what came of it is judged. A release never changes; a new contradiction quarantines anew.
CREATE TABLE kiosk_releases (
    release_id  INTEGER PRIMARY KEY,
    agency_id   INTEGER NOT NULL REFERENCES agencies (agency_id),
    kiosk_id    INTEGER NOT NULL REFERENCES kiosks (kiosk_id),
    document    TEXT    NOT NULL,
    decided_by  TEXT    NOT NULL,                 -- staff code
    entered_us  INTEGER NOT NULL
) STRICT;
CREATE INDEX kiosk_releases_kiosk ON kiosk_releases (kiosk_id, entered_us);

CREATE TRIGGER kiosk_releases_no_update BEFORE UPDATE ON kiosk_releases BEGIN SELECT RAISE (ABORT, 'a release is never changed'); END;
CREATE TRIGGER kiosk_releases_no_delete BEFORE DELETE ON kiosk_releases BEGIN SELECT RAISE (ABORT, 'a release is never deleted'); END;
