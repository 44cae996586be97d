-- What a result has of its operation alone lies in an object of the operation's name, as it comes from agents.
UPDATE jobs SET result = json_remove(json_set(result, '$.backup',
                                              iif(json_type(result, '$.summary') = 'object',
                                                  json_object('summary', json_extract(result, '$.summary')),
                                                  json_object())), '$.summary')
WHERE result IS NOT NULL AND json_valid(result) AND json_type(result) = 'object';

-- The same of what was asked for; what is searched by (the source group) keeps its column.
ALTER TABLE jobs ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}';
UPDATE jobs SET parameters = '{"initialise":true}' WHERE initialise = 1;
ALTER TABLE jobs DROP COLUMN initialise;
