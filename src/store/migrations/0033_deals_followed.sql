-- The move of its task that the task app did not take: from, to, and the deal's last change by then. Not tried again while these are so.
alter table pair add column refused_move jsonb;

-- The line of a section's description that leads to its deal's first person, as we wrote it last; null where nobody knows.
alter table container add column link text;

-- When a service last refused one more task in a project, and how many open ones of ours it then held.
alter table container add column full_at timestamptz, add column full_with int;
