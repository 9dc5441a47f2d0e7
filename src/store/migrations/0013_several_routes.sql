-- A task that one route of a connection keeps in step is none of another's business: that is known until it changes.
create table out_of_scope (
  route_id      bigint not null references route on delete cascade,
  connection_id bigint not null,
  remote_id     text not null,
  changed_seq   bigint not null,                    -- of the picture that was judged
  primary key (route_id, connection_id, remote_id),
  foreign key (connection_id, remote_id) references remote_task on delete cascade
);

create or replace view unclaimed as
select r.id as route_id, t.connection_id, t.remote_id
from remote_task t
join route r on t.connection_id in (r.left_id, r.right_id)
where r.state = 'active' and t.presence = 'present'
  and not exists (
        select from pair_member m
        where m.route_id = r.id and m.connection_id = t.connection_id and m.remote_id = t.remote_id)
  and not exists (
        select from out_of_scope o
        where o.route_id = r.id and o.connection_id = t.connection_id and o.remote_id = t.remote_id
          and o.changed_seq = t.changed_seq);
