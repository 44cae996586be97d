-- The name by which restic knows a host in a repository. It stays when the host is renamed, unlinked or removed: what is
-- kept under it must never mix with what another host keeps there.
CREATE TABLE snapshot_hosts (
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  host_uid   TEXT NOT NULL,
  name       TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (repository, host_uid),
  UNIQUE (repository, name)
) STRICT, WITHOUT ROWID;

-- So far each host had its own name there. Where two have the same, it stays that of the one that came first.
INSERT OR IGNORE INTO snapshot_hosts (repository, host_uid, name)
SELECT j.repository, h.uid, h.hostname
FROM jobs AS j JOIN hosts AS h ON h.id = j.host
WHERE j.repository IS NOT NULL AND j.state IN ('succeeded', 'partial') AND h.hostname <> ''
GROUP BY j.repository, j.host
ORDER BY min(j.id);
