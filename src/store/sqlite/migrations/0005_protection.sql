-- Hosts are judged by source group, and by limits of their own.

ALTER TABLE hosts ADD COLUMN needs_backup INTEGER NOT NULL DEFAULT 1;

-- What a run that ended is worth as a backup: good, incomplete, empty, shrunken; '' while it runs and without a snapshot.
ALTER TABLE jobs ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
UPDATE jobs SET verdict =
  CASE WHEN coalesce(json_extract(result, '$.summary.files_processed'), 0) = 0 THEN 'empty'
       WHEN state = 'partial' THEN 'incomplete' ELSE 'good' END
WHERE state IN ('succeeded', 'partial');
DROP INDEX jobs_protecting;
-- The last runs of a source group.
DROP INDEX jobs_by_source_group;
CREATE INDEX jobs_by_source_group ON jobs (source_group, uid);

-- The last good backup of each source group in each repository, which outlives the job that made it. `files` is what the
-- next one is compared with; NULL: with nothing, as its sources are others or somebody said that it is right so.
CREATE TABLE good_backups (
  source_group INTEGER NOT NULL REFERENCES source_groups ON DELETE CASCADE,
  repository   INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  at           INTEGER NOT NULL,
  files        INTEGER,
  PRIMARY KEY (source_group, repository)
) STRICT, WITHOUT ROWID;
CREATE INDEX good_backups_by_repository ON good_backups (repository);
-- The bare columns are those of the row with the maximum.
INSERT INTO good_backups (source_group, repository, at, files)
SELECT source_group, repository, max(finished_at), json_extract(result, '$.summary.files_processed')
FROM jobs WHERE verdict = 'good' AND source_group IS NOT NULL AND repository IS NOT NULL AND finished_at IS NOT NULL
GROUP BY source_group, repository;

-- Limits that differ from the hub's. Each row is of one host, one customer or one tag; NULL: not set here. Seconds,
-- percentages, counts.
CREATE TABLE limits (
  id              INTEGER PRIMARY KEY,
  host            INTEGER UNIQUE REFERENCES hosts ON DELETE CASCADE,
  customer        INTEGER UNIQUE REFERENCES customers ON DELETE CASCADE,
  tag             TEXT UNIQUE,
  backup_age      INTEGER,
  silence_warning INTEGER,
  silence_down    INTEGER,
  failures_down   INTEGER,
  disk_warning    INTEGER,
  disk_down       INTEGER,
  CHECK ((host IS NOT NULL) + (customer IS NOT NULL) + (tag IS NOT NULL) = 1)
) STRICT;

ALTER TABLE host_state ADD COLUMN cause TEXT NOT NULL DEFAULT 'none';
ALTER TABLE host_state ADD COLUMN unprotected INTEGER NOT NULL DEFAULT 0;
-- Its limits as it was judged last; NULL: never.
ALTER TABLE host_state ADD COLUMN backup_limit INTEGER;
ALTER TABLE host_state ADD COLUMN silence_limit INTEGER;
ALTER TABLE host_state ADD COLUMN disk_warning INTEGER;
ALTER TABLE host_state ADD COLUMN disk_down INTEGER;
ALTER TABLE host_state ADD COLUMN containers_troubled INTEGER;
ALTER TABLE host_state ADD COLUMN troubled_containers TEXT NOT NULL DEFAULT '';
UPDATE host_state SET job_success_at =
  (SELECT max(g.at) FROM good_backups AS g JOIN source_groups AS s ON s.id = g.source_group
   WHERE s.host = host_state.host);
