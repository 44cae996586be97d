-- Why reports of a host do not count as they are, what was refused, and hosts that can only call an address.

-- Of its newest report: how far its clock is behind, in milliseconds; NULL: it is not.
ALTER TABLE host_state ADD COLUMN clock_behind INTEGER;
-- The last report that came late: by how many milliseconds, and when.
ALTER TABLE host_state ADD COLUMN late_by INTEGER;
ALTER TABLE host_state ADD COLUMN late_at INTEGER;

-- The last report that was refused. With the customer where it could not be told whose it is.
ALTER TABLE host_state ADD COLUMN refused_at INTEGER;
ALTER TABLE host_state ADD COLUMN refused_why TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN refused_at INTEGER;
ALTER TABLE customers ADD COLUMN refused_why TEXT NOT NULL DEFAULT '';

-- The last ping, and how often the next ones are expected (seconds; 0: as reports are).
ALTER TABLE host_state ADD COLUMN pinged_at INTEGER;
ALTER TABLE host_state ADD COLUMN ping INTEGER NOT NULL DEFAULT 0;  -- 0 success, 1 start, 2 failure
ALTER TABLE host_state ADD COLUMN ping_detail TEXT NOT NULL DEFAULT '';
ALTER TABLE host_state ADD COLUMN ping_every INTEGER NOT NULL DEFAULT 0;

-- 0: reports and reading; 1: pings of any host; 2: pings of the host that is named.
ALTER TABLE customer_keys ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer_keys ADD COLUMN host_name TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_keys ADD COLUMN every INTEGER NOT NULL DEFAULT 0;

-- What is open of one host, however much of others is.
CREATE INDEX open_hours_by_host ON open_hours (host, hour);
