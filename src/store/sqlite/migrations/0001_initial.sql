-- `id` is the key inside the database, `uid` the ULID that everybody else knows. Times are milliseconds since 1970 in UTC.
-- Secrets are here only hashed or sealed.

CREATE TABLE customers (
  id         INTEGER PRIMARY KEY,
  uid        TEXT NOT NULL UNIQUE,
  slug       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  id            INTEGER PRIMARY KEY,
  uid           TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password_hash TEXT NOT NULL,
  role          TEXT NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT;

-- By name and not by key: the administrator of the configuration file has sessions and no row in users.
CREATE TABLE sessions (
  token_hash   BLOB NOT NULL PRIMARY KEY,
  user_name    TEXT NOT NULL COLLATE NOCASE,
  role         TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  address      TEXT NOT NULL,
  user_agent   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL  -- text, or a hash
) STRICT, WITHOUT ROWID;

-- Names instead of references: an entry outlives what it is about.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  object  TEXT NOT NULL,
  detail  TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT;

CREATE TABLE hosts (
  id             INTEGER PRIMARY KEY,
  uid            TEXT NOT NULL UNIQUE,
  customer       INTEGER NOT NULL REFERENCES customers,
  name           TEXT NOT NULL,
  enrolled       INTEGER NOT NULL CHECK (enrolled IN (0, 1)),
  hostname       TEXT NOT NULL,
  os             TEXT NOT NULL,
  arch           TEXT NOT NULL,
  kernel         TEXT NOT NULL,
  agent_version  TEXT NOT NULL,
  restic_version TEXT NOT NULL,
  address        TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  last_seen_at   INTEGER
) STRICT;
CREATE INDEX hosts_by_name ON hosts (customer, name);

CREATE TABLE host_credentials (
  token_hash BLOB NOT NULL PRIMARY KEY,
  host       INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX host_credentials_by_host ON host_credentials (host);

CREATE TABLE source_groups (
  id         INTEGER PRIMARY KEY,
  uid        TEXT NOT NULL UNIQUE,
  host       INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  name       TEXT NOT NULL,
  sources    TEXT NOT NULL,  -- JSON: paths, excludes, tags
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX source_groups_by_host ON source_groups (host);

CREATE TABLE repositories (
  id                     INTEGER PRIMARY KEY,
  uid                    TEXT NOT NULL UNIQUE,
  customer               INTEGER NOT NULL REFERENCES customers,
  name                   TEXT NOT NULL,
  url                    TEXT NOT NULL,
  sealed_password        BLOB NOT NULL,
  server_user            TEXT NOT NULL,
  sealed_server_password BLOB NOT NULL,
  created_at             INTEGER NOT NULL,
  UNIQUE (customer, name)
) STRICT;

CREATE TABLE host_repositories (
  id         INTEGER PRIMARY KEY,  -- in the order of linking
  host       INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  linked_at  INTEGER NOT NULL,
  UNIQUE (host, repository)
) STRICT;
CREATE INDEX host_repositories_by_repository ON host_repositories (repository);

-- A token for a host goes with the host: left behind, it would enrol a second one.
CREATE TABLE enrolment_tokens (
  id         INTEGER PRIMARY KEY,
  uid        TEXT NOT NULL UNIQUE,
  token_hash BLOB NOT NULL UNIQUE,
  customer   INTEGER NOT NULL REFERENCES customers,
  host       INTEGER REFERENCES hosts ON DELETE CASCADE,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER
) STRICT;

CREATE TABLE announcements (
  id            INTEGER PRIMARY KEY,
  uid           TEXT NOT NULL UNIQUE,
  public_key    BLOB NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  os            TEXT NOT NULL,
  arch          TEXT NOT NULL,
  agent_version TEXT NOT NULL,
  address       TEXT NOT NULL,
  nonce         BLOB NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected')),
  host          INTEGER REFERENCES hosts ON DELETE CASCADE,
  announced_at  INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
  id                  INTEGER PRIMARY KEY,
  uid                 TEXT NOT NULL UNIQUE,
  host                INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  operation           TEXT NOT NULL,
  repository          INTEGER REFERENCES repositories ON DELETE SET NULL,
  source_group        INTEGER REFERENCES source_groups ON DELETE SET NULL,
  state               TEXT NOT NULL
                      CHECK (state IN ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
  initialise          INTEGER NOT NULL CHECK (initialise IN (0, 1)),
  requested_by        TEXT NOT NULL,
  created_at          INTEGER NOT NULL,
  started_at          INTEGER,
  finished_at         INTEGER,
  waiting_reason      TEXT NOT NULL,
  cancel_requested_at INTEGER,
  cancel_requested_by TEXT NOT NULL,
  last_sequence       INTEGER NOT NULL,
  progress            TEXT,  -- JSON
  result              TEXT   -- JSON
) STRICT;
CREATE INDEX jobs_by_host ON jobs (host, uid);
-- For the references: without them, removing a host or a repository reads every job.
CREATE INDEX jobs_by_repository ON jobs (repository);
CREATE INDEX jobs_by_source_group ON jobs (source_group);
-- Small: few jobs are unfinished at a time.
CREATE INDEX jobs_unfinished ON jobs (host, uid) WHERE state IN ('queued', 'running');
-- When a host was last protected.
CREATE INDEX jobs_protecting ON jobs (host, finished_at) WHERE state IN ('succeeded', 'partial');

-- The largest table: no key but its own.
CREATE TABLE job_log (
  job      INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  level    INTEGER NOT NULL,  -- 0 info, 1 warning, 2 error
  text     TEXT NOT NULL,
  PRIMARY KEY (job, sequence)
) STRICT, WITHOUT ROWID;
