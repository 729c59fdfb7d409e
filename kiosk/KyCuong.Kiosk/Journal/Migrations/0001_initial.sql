-- The kiosk's journal. Forward only, never edited after release.

-- One row an epoch; the last is the current one. An epoch is sealed when the journal
-- cannot go on under its name: another kiosk's enrolment, a disk that lost entries.
CREATE TABLE epochs (
    number     INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 32767),
    epoch      BLOB    NOT NULL UNIQUE CHECK (length(epoch) = 16),
    kiosk_id   INTEGER NOT NULL,
    -- Highest contiguous sequence the server acknowledged.
    acked      INTEGER NOT NULL DEFAULT 0 CHECK (acked >= 0),
    -- 1: sealed, and everything that can be sent of it has been.
    drained    INTEGER NOT NULL DEFAULT 0 CHECK (drained IN (0, 1)),
    -- Why it was begun, for the operator.
    reason     TEXT    NOT NULL
) STRICT;

-- key = epoch number * 2^48 + sequence.
-- record = "KCJ1" | u32 length | canonical encoding | SHA-256: it can be found and checked in raw pages, without this schema.
CREATE TABLE entries (
    key    INTEGER PRIMARY KEY,
    record BLOB NOT NULL
) STRICT;
