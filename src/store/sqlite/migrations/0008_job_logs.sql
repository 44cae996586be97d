-- How much of a job's log is stored, for its limit and its removal: `log_bytes` of text (0: none is stored), up to
-- which sequence the first lines are that stay, and how many lines were left out after them.
ALTER TABLE jobs ADD COLUMN log_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN log_head INTEGER;
ALTER TABLE jobs ADD COLUMN log_left_out INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET log_bytes = 1 WHERE EXISTS (SELECT 1 FROM job_log WHERE job = jobs.id);
-- What has a log, and what may be removed: oldest first.
CREATE INDEX jobs_with_log ON jobs (finished_at) WHERE log_bytes > 0 AND finished_at IS NOT NULL;
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
