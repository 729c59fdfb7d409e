-- What kiosks signed of their journals (server/manual/log.md): whoever rewrites a journal here has not their keys.

-- The DER; null of what was issued before this until the kiosk shows it again.
ALTER TABLE kiosk_certificates ADD COLUMN certificate BLOB;

-- Two rows of one sequence: two disks use one identity.
CREATE TABLE journal_heads (
    journal_id  INTEGER NOT NULL REFERENCES journals (journal_id),
    sequence    INTEGER NOT NULL,
    hash        BLOB    NOT NULL,                 -- of that entry, as the kiosk has it, 32 bytes
    agency_id   INTEGER NOT NULL,
    signed_us   INTEGER NOT NULL,                 -- by the kiosk's clock; under the signature
    thumbprint  BLOB    NOT NULL REFERENCES kiosk_certificates (thumbprint),
    signature   BLOB    NOT NULL,                 -- 64 bytes
    received_us INTEGER NOT NULL,
    PRIMARY KEY (journal_id, sequence, hash)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER journal_heads_no_update BEFORE UPDATE ON journal_heads BEGIN SELECT RAISE (ABORT, 'signed heads are never changed'); END;
CREATE TRIGGER journal_heads_no_delete BEFORE DELETE ON journal_heads BEGIN SELECT RAISE (ABORT, 'signed heads are never deleted'); END;
