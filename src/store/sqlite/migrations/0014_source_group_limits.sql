-- In seconds: so old its last good backup may be; NULL: as old as its host allows.
ALTER TABLE source_groups ADD COLUMN backup_age INTEGER;
