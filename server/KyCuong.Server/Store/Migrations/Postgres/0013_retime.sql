-- The drift allowed for is 500 us of each 999500 that a boot clock counts, no longer of each 1000000: taps that take their instant from another
-- entry of their boot are a little less sure. They wait here until the server, once started, gives it to them anew.

INSERT INTO unresolved_taps (journal_id, sequence, agency_id, reason, boot_id, at_us, badge_id)
SELECT r.journal_id, r.sequence, r.agency_id, 'timePending', t.boot_id, NULL, NULL
FROM resolved_taps r JOIN taps t ON t.journal_id = r.journal_id AND t.sequence = r.sequence
WHERE t.server_minus_boot_us IS NULL;

DELETE FROM badgeless_taps WHERE EXISTS (
    SELECT 1 FROM taps t WHERE t.journal_id = badgeless_taps.journal_id AND t.sequence = badgeless_taps.sequence AND t.server_minus_boot_us IS NULL);

DELETE FROM resolved_taps WHERE EXISTS (
    SELECT 1 FROM taps t WHERE t.journal_id = resolved_taps.journal_id AND t.sequence = resolved_taps.sequence AND t.server_minus_boot_us IS NULL);
