-- Entries that this disk lost, and which are therefore not looked for again. Forward only, never edited after release.
CREATE TABLE lost_entries (
    epoch          BLOB    NOT NULL CHECK (length(epoch) = 16),
    first_sequence INTEGER NOT NULL,
    last_sequence  INTEGER NOT NULL CHECK (last_sequence >= first_sequence),
    -- Microseconds since 1970 by the kiosk's clock.
    noticed_us     INTEGER NOT NULL,
    PRIMARY KEY (epoch, first_sequence)
) STRICT;
