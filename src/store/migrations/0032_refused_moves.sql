-- The move of its task that the task app did not take: from, to, and the deal's last change by then. Not tried again while these are so.
alter table pair add column refused_move jsonb;
