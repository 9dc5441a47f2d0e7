-- The state to which a paused route goes back.
alter table route add column paused_from text check (paused_from in ('matching', 'active'));
