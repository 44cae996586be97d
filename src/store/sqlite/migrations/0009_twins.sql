-- Two agents that were alive at once with the identity of one host: when that was seen last, and from where they came.
ALTER TABLE hosts ADD COLUMN twins_at INTEGER;
ALTER TABLE hosts ADD COLUMN twins TEXT NOT NULL DEFAULT '';
