-- Deals as their service last told of them. `changed_seq` is new with each change; `read_at`: slot of the request that showed
-- it; `gone_at`: the service does not show it any more.
drop table deal_person;
drop table deal_cache;
create sequence deal_changes;
create table deal_cache (
  connection_id bigint not null references connection on delete cascade,
  deal_id       text not null,
  deal          jsonb not null,
  content_hash  text not null,
  people        text[] not null,
  read_at       timestamptz not null,
  gone_at       timestamptz,
  changed_seq   bigint not null default nextval('deal_changes'),
  primary key (connection_id, deal_id)
);
create index deal_cache_people on deal_cache using gin (people);

-- Stages of deals. One that is listed no more stays, for deals that were in it.
create table deal_stage (
  connection_id bigint not null references connection on delete cascade,
  stage_id      text not null,
  stage         jsonb not null,
  listed        boolean not null default true,
  changed_seq   bigint not null default nextval('deal_changes'),
  primary key (connection_id, stage_id)
);

-- When the deals of a connection were last listed to the end.
alter table connection add column deals_listed_at timestamptz;

-- What a route has done about a deal. `decided_seq`: the deal's changed_seq up to which its home is as it should be.
create table deal_home (
  route_id      bigint not null references route on delete cascade,
  deal_id       text not null,
  decided_seq   bigint not null default 0,
  tasks_seq     bigint not null default 0,          -- the change of which its tasks have been told
  state         text not null default 'ok' check (state in ('ok', 'waiting', 'error')),
  reason        text,
  last_error    text,
  moved_back_in text,                               -- the stage for which its section was moved back once
  attempts      int not null default 0,
  wake_at       timestamptz,
  dispatched_at timestamptz,
  primary key (route_id, deal_id)
);

-- Sections lie in projects. `shown_name`, `shown_parent`: as the service last showed them, so that what a user named or
-- moved is told from what we did.
alter table container
  add column parent_id    bigint references container,
  add column shown_name   text,
  add column shown_parent text,
  add column put_away     boolean not null default false,   -- we have archived it, and not a user
  add column tended_at    timestamptz,                      -- our last write; of its state an older look tells nothing
  add column changed_seq  bigint not null default nextval('deal_changes');
create index container_parent on container (parent_id) where parent_id is not null;

create function container_changed() returns trigger language plpgsql as $$
begin
  new.changed_seq := nextval('deal_changes');
  return new;
end $$;
create trigger container_changed before update on container for each row execute function container_changed();

-- Which deal a task belongs to (`pair.deal`), who said so, and where it was last confirmed to lie. The deal is null also
-- where a user said that it belongs to none.
alter table pair
  add column deal_by    text check (deal_by in ('user', 'rule')),
  add column place      jsonb,
  add column moved_back jsonb;                      -- the deal from whose section it was sent back
create index pair_deal on pair (route_id, deal) where deal is not null;
create index pair_person on pair (route_id, person) where person is not null;

create index remote_task_container on remote_task (connection_id, (seen ->> 'container')) where presence = 'present';

-- Where an op puts its task. A container's own ops say what is to become of it in `after`.
alter table op drop constraint op_subject_check;
alter table op add constraint op_subject_check check (subject in ('pair', 'container'));

-- Deals whose homes are to be looked at: something of them has changed since, a write to a home is open, or a time has come.
create view pending_deal as
select c.route_id, c.deal_id, d.connection_id, h.wake_at, h.dispatched_at,
  coalesce(h.state, 'ok') as state, h.reason, h.last_error,
  h.wake_at is null or h.wake_at <= clock() as due
from (select distinct route_id, subject as deal_id from container where role = 'deal') c
join route r on r.id = c.route_id and r.removed_at is null and r.policy ? 'deals'
join deal_cache d on d.deal_id = c.deal_id and d.connection_id in (r.left_id, r.right_id)
left join deal_stage g on g.connection_id = d.connection_id and g.stage_id = d.deal ->> 'stage'
left join deal_home h on h.route_id = c.route_id and h.deal_id = c.deal_id
where greatest(d.changed_seq, g.changed_seq) > coalesce(h.decided_seq, 0) or h.wake_at is not null
  or exists (
    select from container s join op o on o.subject = 'container' and o.subject_id = s.id
      and o.status in ('planned', 'sent', 'unknown')
    where s.route_id = c.route_id and s.role = 'deal' and s.subject = c.deal_id);
