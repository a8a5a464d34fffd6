-- Version 1 of the outbox. One file, one writer; see README.md.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- A row is one encoded batch; it goes when the host has acknowledged it.
CREATE TABLE batch (
    stream  TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    points  INTEGER NOT NULL,
    created INTEGER NOT NULL,          -- ns UTC
    payload BLOB    NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT;

-- Points by their fate: acquired = acknowledged + dropped + those still in `batch`, always.
CREATE TABLE tally (
    stream       TEXT PRIMARY KEY,
    next_seq     INTEGER NOT NULL,     -- never used twice within an epoch
    acquired     INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL,
    dropped      INTEGER NOT NULL,
    bytes        INTEGER NOT NULL      -- of the payloads in `batch`
) STRICT;

-- What the processors must remember, committed together with the batch that carries what they booked.
CREATE TABLE state (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
