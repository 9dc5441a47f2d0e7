-- Looked up row by row ("offset 0" keeps the planner from joining): where it does not know yet how much a first sync has
-- brought, it compared all tasks with all pairs.
create or replace view unclaimed as
select r.id as route_id, t.connection_id, t.remote_id
from remote_task t
join route r on t.connection_id in (r.left_id, r.right_id)
where r.state = 'active' and t.presence = 'present'
  and not exists (
        select from pair_member m
        where m.route_id = r.id and m.connection_id = t.connection_id and m.remote_id = t.remote_id offset 0)
  and not exists (
        select from out_of_scope o
        where o.route_id = r.id and o.connection_id = t.connection_id and o.remote_id = t.remote_id
          and o.changed_seq = t.changed_seq offset 0);
