-- One cause of trouble, from when it was first found until it stayed away for a while. Names are of connections and routes.
create table alert (
  id           bigint generated always as identity primary key,
  kind         text not null,
  about        text not null check (about in ('connection', 'route', 'installation')),
  subject      text not null default '',     -- id of the connection or route
  name         text not null default '',
  count        int,                          -- of what waits or has failed
  since        timestamptz not null,         -- of the trouble itself, where the record knows it
  found_at     timestamptz not null,
  well_since   timestamptz,                  -- not found any more since; it may come back
  due_at       timestamptz,                  -- it had lasted long enough to be told
  told_at      timestamptz,
  reminded_at  timestamptz,
  ended_at     timestamptz,
  end_told_at  timestamptz                   -- nothing is left to be told of it
);
create unique index alert_open on alert (kind, about, subject) where ended_at is null;
create index alert_untold on alert (id) where end_told_at is null;
create index alert_over on alert (end_told_at) where end_told_at is not null;

-- A message on one way, written in the transaction that decided it. `claim`: who sends it, until then.
create table alert_message (
  id            uuid primary key default gen_random_uuid(),   -- by which its reader knows it again
  way           text not null check (way in ('email', 'webhook')),
  content       jsonb not null,
  made_at       timestamptz not null default clock(),
  due_at        timestamptz not null default clock(),
  attempts      int not null default 0,
  doubts        int not null default 0,      -- attempts of which nobody knows whether they arrived
  claim         uuid,
  claimed_until timestamptz,
  closed_at     timestamptz,                 -- sent, or given up
  outcome       text check (outcome in ('sent', 'unsure', 'given-up')),
  error         text
);
create index alert_message_waiting on alert_message (due_at) where closed_at is null;

-- One row: when somebody last looked for trouble, and what is done once a day or an hour.
create table watch (
  one            boolean primary key default true check (one),
  worker_at      timestamptz,                -- a worker's last look; the receiver looks when it is long ago
  digest_on      date,                       -- the last day whose digest was made
  webhooks_at    timestamptz,
  cleared_at     timestamptz
);
insert into watch default values;

-- What the last check found wrong with webhooks: of how many events; null where the service did not say.
create table webhook_trouble (
  connection_id bigint primary key references connection on delete cascade,
  events        int
);

create index delivery_received_at on delivery (received_at);
create index op_with_words on op (closed_at) where forgotten_at is null and status in ('confirmed', 'refused');
