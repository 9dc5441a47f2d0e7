-- Containers are looked at as tasks are. `seen_at`: slot of the newest look that was taken in: an older one is not, and one that a
-- complete walk did not show since is looked at itself. `former_id`: which one it was before it was given up.
alter table container
  add column seen_at   timestamptz,
  add column former_id text;
