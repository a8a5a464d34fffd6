-- Version 1 → 2, before the rows get their CRCs.
ALTER TABLE meta RENAME TO meta_1;
ALTER TABLE batch RENAME TO batch_1;
ALTER TABLE tally RENAME TO tally_1;
ALTER TABLE state RENAME TO state_1;
