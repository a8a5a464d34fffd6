-- Version 2 of the outbox. One file, one writer; see README.md. `crc` is the CRC-32 of the rest of its row.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,            -- epoch, commits, elapsed, rate
    value TEXT    NOT NULL,
    crc   INTEGER NOT NULL
) STRICT;

-- A row is one encoded batch; it goes when the host has acknowledged it.
CREATE TABLE batch (
    id      INTEGER PRIMARY KEY,
    stream  TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    points  INTEGER NOT NULL,
    size    INTEGER NOT NULL,          -- bytes of the payload
    elapsed INTEGER NOT NULL,          -- s that the node had run when it was made: an age that no clock can jump over
    created INTEGER NOT NULL,          -- ns UTC
    thinned INTEGER NOT NULL DEFAULT 0,
    crc     INTEGER NOT NULL,
    payload BLOB    NOT NULL
) STRICT;

-- Covers every question but the payload's, so that counting a long backlog does not read it.
CREATE UNIQUE INDEX batch_by_seq ON batch (stream, seq, points, size, elapsed);

-- What may still be thinned.
CREATE INDEX batch_unthinned ON batch (stream, seq) WHERE thinned = 0;

-- Points by their fate: acquired = acknowledged + dropped + those still in `batch`, always.
CREATE TABLE tally (
    stream       TEXT PRIMARY KEY,
    next_seq     INTEGER NOT NULL,     -- never used twice within an epoch
    acquired     INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL,
    dropped      TEXT    NOT NULL,     -- JSON, points by reason
    crc          INTEGER NOT NULL
) STRICT;

-- What the processors must remember, committed together with the batch that carries what they booked.
CREATE TABLE state (
    key   TEXT PRIMARY KEY,
    value TEXT    NOT NULL,
    crc   INTEGER NOT NULL
) STRICT;
