-- The tables of the subscribers. An entry's id is its key: writing it twice changes nothing.
CREATE TABLE IF NOT EXISTS entry (
  id TEXT PRIMARY KEY,
  topic TEXT NOT NULL,
  transaction_reference TEXT NOT NULL,
  version INTEGER NOT NULL,
  stage TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT,
  difference TEXT,
  currency TEXT
);
CREATE TABLE IF NOT EXISTS superseded (id TEXT PRIMARY KEY);
-- The current entries: the end of a break is not a finding.
CREATE VIEW IF NOT EXISTS holding AS
  SELECT * FROM entry WHERE kind <> 'closed' AND id NOT IN (SELECT id FROM superseded);
