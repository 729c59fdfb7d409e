-- The server's log: a chain of hashes over taps and over everything people decide (server/manual/log.md). What was there
-- before it is entered when it begins.

CREATE TABLE log_entries (
    number    bigint           PRIMARY KEY,       -- from 1, without holes
    at_us     bigint           NOT NULL,
    agency_id bigint           NOT NULL,          -- 0: of no agency
    kind      integer          NOT NULL,          -- LogKind
    subject   text COLLATE "C" NOT NULL,          -- a table, or journal_entries
    row_key   text COLLATE "C" NOT NULL,
    salt      bytea            NOT NULL,          -- 16 random bytes that a row's digest begins with; none: unsalted, or erased
    digest    bytea            NOT NULL,          -- 32 bytes
    hash      bytea            NOT NULL           -- 32 bytes: of this and, through the entry before, of all before
);

CREATE TRIGGER log_entries_no_delete BEFORE DELETE ON log_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change('the log is never shortened');
CREATE TRIGGER log_entries_no_truncate BEFORE TRUNCATE ON log_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the log is never shortened');
CREATE TRIGGER log_entries_only_unsalted BEFORE UPDATE ON log_entries
    FOR EACH ROW WHEN (length(NEW.salt) > 0
        OR NEW.number <> OLD.number OR NEW.at_us <> OLD.at_us OR NEW.agency_id <> OLD.agency_id OR NEW.kind <> OLD.kind
        OR NEW.subject <> OLD.subject OR NEW.row_key <> OLD.row_key OR NEW.digest <> OLD.digest OR NEW.hash <> OLD.hash)
    EXECUTE FUNCTION refuse_change('the log is never changed');
