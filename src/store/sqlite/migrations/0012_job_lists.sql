-- The jobs of one state, newest first, and the newest one of a repository.

CREATE INDEX jobs_by_state ON jobs (state, uid);
DROP INDEX jobs_by_repository;
CREATE INDEX jobs_by_repository ON jobs (repository, uid);
