-- Kiosks declared lost. A declaration never changes: a kiosk that is heard of again overtakes it, a later one replaces it.

CREATE TABLE kiosk_losses (
    loss_id        INTEGER PRIMARY KEY,
    agency_id      INTEGER NOT NULL REFERENCES agencies (agency_id),
    kiosk_id       INTEGER NOT NULL REFERENCES kiosks (kiosk_id),
    known_until_us INTEGER NOT NULL,              -- what it held after this will never come
    document       TEXT    NOT NULL,
    declared_by    TEXT    NOT NULL,              -- staff code
    confirmed_by   TEXT    NOT NULL,              -- staff code of somebody else
    entered_us     INTEGER NOT NULL,
    CHECK (declared_by <> confirmed_by)
) STRICT;
CREATE INDEX kiosk_losses_kiosk ON kiosk_losses (kiosk_id, entered_us);

CREATE TRIGGER kiosk_losses_no_update BEFORE UPDATE ON kiosk_losses BEGIN SELECT RAISE (ABORT, 'a declaration of loss is never changed'); END;
CREATE TRIGGER kiosk_losses_no_delete BEFORE DELETE ON kiosk_losses BEGIN SELECT RAISE (ABORT, 'a declaration of loss is never deleted'); END;
