-- Projects of a user's own in which a route lets deals lie (route.policy.deals.stages, `use`). What lies there when the route takes
-- one is the user's own, until a person says that it is to enter.
create table adoption (
  route_id      bigint not null references route on delete cascade,
  connection_id bigint not null references connection on delete cascade,
  project       text not null,
  since         timestamptz not null default clock(),
  -- A complete walk that began later has seen all that lay there; what comes from here on enters as anywhere.
  counted_at    timestamptz,
  -- A person said that what lies there is to enter.
  agreed        boolean not null default false,
  primary key (route_id, project)
);

-- Open tasks that lay there, and are nobody's business until then. `title`: for the preview, as it was last shown.
create table set_aside (
  route_id      bigint not null,
  connection_id bigint not null,
  project       text not null,
  remote_id     text not null,
  title         text not null,
  primary key (route_id, remote_id),
  foreign key (route_id, project) references adoption on delete cascade
);
create index on set_aside (connection_id, remote_id);
