-- What is said of a host is kept as findings, a JSON array of objects with what they are about: words are made of them
-- when they are shown. Everybody is judged anew.
ALTER TABLE host_state RENAME COLUMN reason TO findings;
UPDATE host_state SET findings = '', changes_at = 0;
