-- When which hosts back up. What a schedule names lies in the tables below it. That it is about all source groups or
-- repositories is a column: one whose only source group is removed must not be about all of them from then on.
CREATE TABLE schedules (
  id                INTEGER PRIMARY KEY,
  uid               TEXT NOT NULL UNIQUE,
  customer          INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
  name              TEXT NOT NULL COLLATE NOCASE,
  cron              TEXT NOT NULL,
  timezone          TEXT NOT NULL,
  window_minutes    INTEGER NOT NULL,
  missed            TEXT NOT NULL,
  enabled           INTEGER NOT NULL,
  all_source_groups INTEGER NOT NULL,
  all_repositories  INTEGER NOT NULL,
  decided_at        INTEGER NOT NULL,
  created_at        INTEGER NOT NULL,
  UNIQUE (customer, name)
) STRICT;

CREATE TABLE schedule_hosts (
  schedule INTEGER NOT NULL REFERENCES schedules ON DELETE CASCADE,
  host     INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE,
  PRIMARY KEY (schedule, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_hosts_host ON schedule_hosts (host);

CREATE TABLE schedule_tags (
  schedule INTEGER NOT NULL REFERENCES schedules ON DELETE CASCADE,
  tag      TEXT NOT NULL,
  PRIMARY KEY (schedule, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule_source_groups (
  schedule     INTEGER NOT NULL REFERENCES schedules ON DELETE CASCADE,
  source_group INTEGER NOT NULL REFERENCES source_groups ON DELETE CASCADE,
  PRIMARY KEY (schedule, source_group)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_source_groups_group ON schedule_source_groups (source_group);

CREATE TABLE schedule_repositories (
  schedule   INTEGER NOT NULL REFERENCES schedules ON DELETE CASCADE,
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  PRIMARY KEY (schedule, repository)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_repositories_repository ON schedule_repositories (repository);

-- What the agent of a host is to have of it: the number grows whenever the digest of it is another one.
CREATE TABLE schedule_sets (
  host            INTEGER PRIMARY KEY REFERENCES hosts ON DELETE CASCADE,
  version         INTEGER NOT NULL,
  digest          BLOB NOT NULL,
  acknowledged    INTEGER NOT NULL DEFAULT 0,  -- the version that the agent has stored
  acknowledged_at INTEGER
) STRICT;

-- Why there is a job: the run of a schedule that is due at `fire`.
ALTER TABLE jobs ADD COLUMN schedule INTEGER REFERENCES schedules ON DELETE SET NULL;
ALTER TABLE jobs ADD COLUMN fire INTEGER;
CREATE INDEX jobs_schedule ON jobs (schedule) WHERE schedule IS NOT NULL;
