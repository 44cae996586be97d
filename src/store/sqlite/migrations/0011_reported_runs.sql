-- How the last backups ended that reports told of, oldest first: one letter each, o good, p partial, x failed.
ALTER TABLE host_state ADD COLUMN reported_runs TEXT NOT NULL DEFAULT '';
ALTER TABLE host_state ADD COLUMN reported_run_at INTEGER;
