-- The record: everything Dealbridge knows, and every decision it took.
-- Ids are bigint, times are the database's (dealbridge.clock), values that a provider told are jsonb.

-- The one clock by which observations, ops and waits are ordered. A function of its own, so that a test can move it.
create function clock() returns timestamptz language sql volatile as 'select clock_timestamp()';

create table connection (
  id           bigint generated always as identity primary key,
  name         text not null unique,
  provider     text not null,
  base_url     text not null,
  credentials  text not null,                       -- sealed, see store/seal.ts
  facts        jsonb,                               -- AccountFacts, null until the key was checked
  state        text not null default 'ok' check (state in ('ok', 'auth-failed', 'unreachable', 'paused')),
  state_since  timestamptz not null default clock(),
  state_note   text,
  poll_seconds double precision not null check (poll_seconds > 0),
  webhooks     boolean not null default false,
  last_pull_at     timestamptz,
  last_complete_at timestamptz,
  created_at   timestamptz not null default clock()
);

create table route (
  id         bigint generated always as identity primary key,
  name       text not null unique,
  left_id    bigint not null references connection,
  right_id   bigint not null references connection,
  policy     jsonb not null,
  state      text not null default 'draft' check (state in ('draft', 'matching', 'active', 'paused', 'stopped')),
  filled_at  timestamptz,                           -- end of the first sync
  created_at timestamptz not null default clock(),
  check (left_id <> right_id),
  unique (left_id, right_id)
);

-- A list of one side that maps to a list of the other (routes between two task apps).
create table mapping (
  id           bigint generated always as identity primary key,
  route_id     bigint not null references route on delete cascade,
  left_list    text not null,
  right_list   text not null,
  direction    text not null default 'both' check (direction in ('both', 'toLeft', 'toRight', 'off')),
  name_rule    text not null default 'own' check (name_rule in ('own', 'left', 'right')),
  last_sync_at timestamptz,
  last_error   text,
  unique (route_id, left_list),
  unique (route_id, right_list)
);

-- Projects, sections and lists that a route uses. remote_id is null until the write that needs it has made it.
create table container (
  id            bigint generated always as identity primary key,
  route_id      bigint not null references route on delete cascade,
  connection_id bigint not null references connection,
  role          text not null check (role in ('general', 'stage', 'deal', 'list')),
  subject       text not null default '',           -- the stage or deal that it stands for
  shard         int not null default 1,
  key           uuid not null default gen_random_uuid(),
  name          text not null,
  marker        text not null,
  remote_id     text,
  state         text not null default 'active' check (state in ('active', 'full', 'archived', 'gone')),
  unique (route_id, role, subject, shard),
  unique (connection_id, remote_id)
);

create table deal_cache (
  connection_id bigint not null references connection on delete cascade,
  deal_id       text not null,
  content_hash  text not null,
  deal          jsonb not null,
  pipeline_id   text not null,
  stage_id      text not null,
  home_id       bigint references container,
  seen_at       timestamptz not null,
  primary key (connection_id, deal_id)
);

create table deal_person (
  connection_id bigint not null,
  deal_id       text not null,
  person        text not null,
  place         int not null,                       -- the order in which the service lists them
  primary key (connection_id, deal_id, person),
  foreign key (connection_id, deal_id) references deal_cache on delete cascade
);
create index deal_person_person on deal_person (connection_id, person);

-- The mirror: the last look at each remote task that is in a pair or waits for one.
create table remote_task (
  connection_id bigint not null references connection on delete cascade,
  remote_id     text not null,
  presence      text not null check (presence in ('present', 'gone', 'unknown')),
  seen          jsonb not null,                     -- RemoteTask as last seen present
  field_seen    jsonb not null default '{}',        -- field -> epoch second at which its value first reached us
  asked_at      timestamptz not null,               -- slot of the request that showed it
  changed_seq   bigint not null default 1,          -- counts the changes of this row
  missing_at    timestamptz,                        -- slot of the first direct read that did not find it
  look_again    boolean not null default false,     -- a look was dropped; only a direct read may replace it
  gone_at       timestamptz,
  first_seen_at timestamptz not null default clock(),
  primary key (connection_id, remote_id)
);
create index remote_task_list on remote_task (connection_id, (seen ->> 'list')) where presence = 'present';

create table pair (
  id             bigint generated always as identity primary key,
  route_id       bigint not null references route on delete cascade,
  origin         text not null check (origin in ('left', 'right')),
  memory         text not null default 'new' check (memory in ('new', 'linked', 'ending', 'unlinked', 'closed')),
  state          text not null default 'ok' check (state in ('ok', 'conflict', 'waiting', 'error')),
  reason         text,
  person         text,                              -- remote id, on the side whose tasks belong to people
  person_by      jsonb,                             -- the words that named the person: {id} or {name}
  marked         boolean not null default false,    -- our marker was written; who takes it out may
  person_seq     bigint,                            -- changed_seq of the words in which a person was last looked for
  deal           text,
  base           jsonb not null default '{"left":{},"right":{}}',
  base_moved_at  timestamptz,
  base_trail     jsonb not null default '[]',       -- values that the base left lately, for stale reads
  standing       jsonb not null default '[]',
  overrides      jsonb not null default '[]',
  sync_version   int not null default 0,            -- counts the moves of the base
  plan_id        uuid,                              -- the plan whose ops may be confirmed
  wake_at        timestamptz,
  dispatched_at  timestamptz,                       -- until a short lease is over, somebody is at work on it
  nudged_at      timestamptz,                       -- a delivery named it; served before a first sync
  attempts       int not null default 0,
  last_synced_at timestamptz,
  last_error     text,
  created_at     timestamptz not null default clock()
);
create index pair_route on pair (route_id, memory);
create index pair_wake on pair (wake_at) where wake_at is not null;

create table pair_member (
  route_id        bigint not null references route on delete cascade,
  connection_id   bigint not null references connection on delete cascade,
  remote_id       text not null,
  pair_id         bigint not null references pair on delete cascade,
  side            text not null check (side in ('left', 'right')),
  role            text not null default 'current' check (role in ('current', 'former')),
  decided_seq     bigint not null default 0,        -- the mirror row's changed_seq that the last plan has read
  written_version text,                             -- version in the reply to our last write
  primary key (route_id, connection_id, remote_id)
);
create unique index pair_member_current on pair_member (pair_id, side) where role = 'current';
create index pair_member_remote on pair_member (connection_id, remote_id);

create table op (
  id            bigint generated always as identity primary key,
  key           uuid not null default gen_random_uuid(),
  route_id      bigint not null references route on delete cascade,
  subject       text not null check (subject in ('pair', 'container', 'deal')),
  subject_id    bigint not null,
  side          text not null check (side in ('left', 'right')),
  connection_id bigint not null references connection,
  remote_id     text,
  verb          text not null check (verb in ('create', 'update', 'delete')),
  before        jsonb,                              -- RemoteTask of the target when it was planned
  after         jsonb not null,                     -- the fields that it sets
  sources       jsonb not null default '{}',        -- what the other side held in these fields
  cause         text not null,
  person        text,
  container_id  bigint references container,
  steps         jsonb not null,
  status        text not null default 'planned' check (status in ('planned', 'sent', 'unknown', 'confirmed', 'refused')),
  plan_id       uuid not null,
  planned_version int not null,                     -- the pair's sync_version that it was planned from
  attempts      int not null default 0,
  planned_at    timestamptz not null default clock(),
  sent_at       timestamptz,                        -- first attempt
  deadline_at   timestamptz,                        -- end of the last attempt's HTTP call
  empty_at      timestamptz,                        -- a search for a lost create that found nothing
  closed_at     timestamptz,
  error         jsonb                               -- {kind, message, hint}
);
create unique index op_open on op (subject, subject_id, side) where status in ('planned', 'sent', 'unknown');
create index op_pair on op (subject, subject_id);
create index op_in_flight on op (connection_id, verb) where status in ('planned', 'sent', 'unknown');
create index op_closed on op (closed_at);

create table conflict (
  id         bigint generated always as identity primary key,
  pair_id    bigint not null references pair on delete cascade,
  kind       text not null default 'field' check (kind in ('field', 'home', 'ambiguous', 'person')),
  field      text,
  base       jsonb,
  "left"     jsonb,
  "right"    jsonb,
  decision   text,                                  -- null while it waits for a person
  decided_by text,
  at         timestamptz not null default clock(),
  decided_at timestamptz
);
create index conflict_pair on conflict (pair_id);
create unique index conflict_open on conflict (pair_id, kind, coalesce(field, '')) where decision is null;

create table sync_state (
  connection_id bigint not null references connection on delete cascade,
  stream        text not null,
  cursor        text,
  confirmed_at  timestamptz not null,
  primary key (connection_id, stream)
);

create table delivery (
  id            bigint generated always as identity primary key,
  connection_id bigint not null references connection on delete cascade,
  delivery_id   text not null,
  remote_ids    text[] not null,
  deleted       boolean not null,
  received_at   timestamptz not null default clock(),
  consumed_at   timestamptz,
  unique (connection_id, delivery_id)
);
create index delivery_waiting on delivery (connection_id) where consumed_at is null;

-- GCRA: `tat` is the theoretical arrival time of the next request; one UPDATE takes a slot or takes none.
create table quota (
  connection_id bigint not null references connection on delete cascade,
  context       text not null,
  request_limit double precision not null,
  window_ms     double precision not null,
  tat           timestamptz not null default '-infinity',
  blocked_until timestamptz not null default '-infinity',
  taken         bigint not null default 0,
  primary key (connection_id, context)
);

-- Tasks of the local provider.
create table task (
  id          bigint generated always as identity primary key,
  list        text not null,
  task        jsonb not null,
  status      text not null default 'open' check (status in ('open', 'blocked', 'done')),
  version     bigint not null default 1,
  archived_at timestamptz,
  deleted_at  timestamptz,
  updated_at  timestamptz not null default clock()
);

-- What is pending is decided here and nowhere else (never stored): a member's row changed since the last plan read
-- it, an op is open, or a wait ends.
create view pending as
select p.id, p.route_id, p.state, p.wake_at, p.dispatched_at, p.nudged_at,
       (p.wake_at is null or p.wake_at <= clock()) as due
from pair p
where p.wake_at is not null
   or exists (
        select from pair_member m
        join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
        where m.pair_id = p.id and m.role = 'current' and t.changed_seq > m.decided_seq)
   or exists (
        select from op o
        where o.subject = 'pair' and o.subject_id = p.id and o.status in ('planned', 'sent', 'unknown'));

-- Mirror rows that belong to no pair of an active route: they wait at the intake gate.
create view unclaimed as
select r.id as route_id, t.connection_id, t.remote_id
from remote_task t
join route r on t.connection_id in (r.left_id, r.right_id)
where r.state = 'active' and t.presence = 'present'
  and not exists (
        select from pair_member m
        where m.route_id = r.id and m.connection_id = t.connection_id and m.remote_id = t.remote_id);
