-- What a first sync remembers.
-- Of a task that it left as it was: the values that its fields had then. An edit of any of them lets it in.
alter table pair add column known jsonb;
create index pair_ambiguous on pair (route_id) where reason = 'ambiguous';

-- Open tasks outside the scope of every route, as the last complete walk counted them. They themselves are never stored.
alter table connection add column out_of_scope int;
