-- A host that was removed is out of sight at once, and what it has is removed in steps: a host with years of logs has
-- millions of rows. Its uid is another by then, so that nothing finds it.
ALTER TABLE hosts ADD COLUMN removed_at INTEGER;
CREATE INDEX hosts_removed ON hosts (removed_at) WHERE removed_at IS NOT NULL;
