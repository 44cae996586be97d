-- Somebody said that it is there already: no backup makes one at its address without being asked to.
ALTER TABLE repositories ADD COLUMN existing INTEGER NOT NULL DEFAULT 0;
