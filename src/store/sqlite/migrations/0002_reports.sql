-- Reports, what they add up to, and the fleet as lists show it.

-- What people add to customers and hosts. `paused_since` is NULL while there is no pause.
ALTER TABLE customers ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN paused_since INTEGER;
ALTER TABLE customers ADD COLUMN paused_until INTEGER;
ALTER TABLE customers ADD COLUMN pause_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN paused_by TEXT NOT NULL DEFAULT '';
ALTER TABLE hosts ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE hosts ADD COLUMN paused_since INTEGER;
ALTER TABLE hosts ADD COLUMN paused_until INTEGER;
ALTER TABLE hosts ADD COLUMN pause_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE hosts ADD COLUMN paused_by TEXT NOT NULL DEFAULT '';

-- What a report calls its host, which stays when people rename the host.
ALTER TABLE hosts ADD COLUMN report_name TEXT;
CREATE UNIQUE INDEX hosts_by_report_name ON hosts (customer, report_name) WHERE report_name IS NOT NULL;

CREATE TABLE host_tags (
  host INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  tag  TEXT NOT NULL,
  PRIMARY KEY (host, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_tags_by_tag ON host_tags (tag);

CREATE TABLE customer_keys (
  id           INTEGER PRIMARY KEY,
  uid          TEXT NOT NULL UNIQUE,
  customer     INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
  token_hash   BLOB NOT NULL UNIQUE,
  hint         TEXT NOT NULL,
  created_by   TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE INDEX customer_keys_by_customer ON customer_keys (customer);

-- Trained ones for zstd. Never removed: reports refer to them by number.
CREATE TABLE dictionaries (
  id      INTEGER PRIMARY KEY,
  made_at INTEGER NOT NULL,
  bytes   BLOB NOT NULL
) STRICT;

-- A document of a host, to which later ones of the host are packed as the difference. Numbered from 1 for each host.
-- With rowids, so that whether one is there is found in an index that is small.
CREATE TABLE report_bases (
  host        INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  number      INTEGER NOT NULL,
  made_at     INTEGER NOT NULL,
  replaced_at INTEGER,  -- when the next was made
  dictionary  INTEGER NOT NULL,
  document    BLOB NOT NULL,
  PRIMARY KEY (host, number)
) STRICT;
CREATE INDEX report_bases_replaced ON report_bases (replaced_at) WHERE replaced_at IS NOT NULL;

-- Appended in the order of arrival; every other index would cost more than the row itself.
CREATE TABLE reports (
  id         INTEGER PRIMARY KEY,
  host       INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  at         INTEGER NOT NULL,
  delay      INTEGER NOT NULL,  -- from `at` to when it came, milliseconds
  flags      INTEGER NOT NULL,  -- 1: its clock was ahead
  dictionary INTEGER NOT NULL,  -- 0: none
  base       INTEGER NOT NULL,  -- 0: none
  document   BLOB NOT NULL,
  UNIQUE (host, at)
) STRICT;

-- Hours with reports that are not rolled up yet. `hour` counts from 1970.
CREATE TABLE open_hours (
  hour INTEGER NOT NULL,
  host INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  PRIMARY KEY (hour, host)
) STRICT, WITHOUT ROWID;

-- `chunk` counts from 1970: of hours (span 0) a day, of days (span 1) 32 days.
CREATE TABLE roll_ups (
  host   INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  span   INTEGER NOT NULL CHECK (span IN (0, 1)),
  chunk  INTEGER NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (host, span, chunk)
) STRICT, WITHOUT ROWID;
CREATE INDEX roll_ups_by_age ON roll_ups (span, chunk);

-- One row a host, made with it: what its newest report says, and its status as it was last judged. The first columns
-- are what lists sort by; `name` is a copy.
CREATE TABLE host_state (
  host                 INTEGER PRIMARY KEY REFERENCES hosts ON DELETE CASCADE,
  rank                 INTEGER NOT NULL DEFAULT 3,  -- 0 down, 1 warning, 2 paused, 3 waiting, 4 ok: worst first
  protected_at         INTEGER NOT NULL DEFAULT 0,  -- newest good backup by reports or jobs; 0: never
  name                 TEXT NOT NULL COLLATE NOCASE,
  reason               TEXT NOT NULL DEFAULT '',
  since                INTEGER,                     -- NULL: never judged
  changes_at           INTEGER,
  silent_since         INTEGER,
  full_at              INTEGER,                     -- when its fullest disk will be full at the pace of the last days
  job_success_at       INTEGER,                     -- newest job that made a snapshot
  reported_at          INTEGER,                     -- NULL: no report; else all below may be known
  received_at          INTEGER,
  flags                INTEGER NOT NULL DEFAULT 0,
  controller_version   TEXT NOT NULL DEFAULT '',
  config_hash          TEXT NOT NULL DEFAULT '',
  health               INTEGER,                     -- 0 ok, 1 warn, 2 fail
  issue                TEXT NOT NULL DEFAULT '',
  issues               INTEGER NOT NULL DEFAULT 0,
  cpu                  REAL,
  memory               REAL,
  swap                 REAL,
  load                 REAL,
  temperature          REAL,
  disk                 REAL,
  disk_mount           TEXT NOT NULL DEFAULT '',
  disk_used            INTEGER,
  disk_total           INTEGER,
  containers           INTEGER,
  containers_running   INTEGER,
  containers_unhealthy INTEGER,
  backup_said_at       INTEGER,                     -- when the last report was made that spoke of backups; columns below
  backup_at            INTEGER,
  backup_run_at        INTEGER,
  backup_status        TEXT NOT NULL DEFAULT '',
  backup_next          INTEGER,
  snapshots            INTEGER,
  repository_bytes     INTEGER,
  uptime               INTEGER
) STRICT;
CREATE INDEX host_state_worst_first ON host_state (rank, protected_at, name);
CREATE INDEX host_state_by_name ON host_state (name);
CREATE INDEX host_state_changing ON host_state (changes_at) WHERE changes_at IS NOT NULL;

-- Due at once: nobody has judged them yet.
INSERT INTO host_state (host, name, job_success_at, protected_at, silent_since, changes_at)
SELECT id, name, finished, coalesce(finished, 0), last_seen_at, 0
FROM (SELECT h.id, h.name, h.last_seen_at,
             (SELECT max(finished_at) FROM jobs WHERE host = h.id AND state IN ('succeeded', 'partial')) AS finished
      FROM hosts AS h);

-- When agents were last heard the hub was alive, and since then nobody may have listened.
INSERT INTO settings (name, value)
SELECT 'hub.alive_at', CAST(strftime('%Y-%m-%dT%H:%M:%SZ', max(last_seen_at) / 1000, 'unixepoch') AS BLOB)
FROM hosts HAVING max(last_seen_at) IS NOT NULL;
