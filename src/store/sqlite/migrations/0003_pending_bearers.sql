-- Of a bearer that a rotation made and nobody has used yet: itself, sealed, so that the agent may ask for it again.
ALTER TABLE host_credentials ADD COLUMN sealed_bearer BLOB;
