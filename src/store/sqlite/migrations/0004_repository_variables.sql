-- What restic needs in its environment to reach the repository. Each value is sealed with
-- "repository_variables:<uid of the repository>:<name>".
CREATE TABLE repository_variables (
  repository   INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  name         TEXT NOT NULL,
  sealed_value BLOB NOT NULL,
  PRIMARY KEY (repository, name)
) STRICT, WITHOUT ROWID;
