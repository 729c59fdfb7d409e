-- What kiosks signed of their journals (server/manual/log.md): whoever rewrites a journal here has not their keys.

-- The DER; null of what was issued before this until the kiosk shows it again.
ALTER TABLE kiosk_certificates ADD COLUMN certificate bytea;

-- Two rows of one sequence: two disks use one identity.
CREATE TABLE journal_heads (
    journal_id  bigint NOT NULL REFERENCES journals (journal_id),
    sequence    bigint NOT NULL,
    hash        bytea  NOT NULL,                  -- of that entry, as the kiosk has it, 32 bytes
    agency_id   bigint NOT NULL,
    signed_us   bigint NOT NULL,                  -- by the kiosk's clock; under the signature
    thumbprint  bytea  NOT NULL REFERENCES kiosk_certificates (thumbprint),
    signature   bytea  NOT NULL,                  -- 64 bytes
    received_us bigint NOT NULL,
    PRIMARY KEY (journal_id, sequence, hash)
);
CREATE TRIGGER journal_heads_no_update BEFORE UPDATE ON journal_heads
    FOR EACH ROW EXECUTE FUNCTION refuse_change('signed heads are never changed');
CREATE TRIGGER journal_heads_no_delete BEFORE DELETE ON journal_heads
    FOR EACH ROW EXECUTE FUNCTION refuse_change('signed heads are never deleted');
CREATE TRIGGER journal_heads_no_truncate BEFORE TRUNCATE ON journal_heads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('signed heads are never deleted');
