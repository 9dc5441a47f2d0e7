-- What the rules of deciding remember beside the base.
alter table pair
  add column decrees     jsonb not null default '[]',   -- fields to which a person gave a value: both sides get it
  add column occurrences int,                           -- completions of a repeating task that are accounted for
  add column former      jsonb,                         -- what the task held whose place is to be taken by a new one
  add column ended_at    timestamptz,                   -- when a decision deleted, unlinked or completed the rest of it
  add column let_through boolean not null default false,-- a person saw that it would end, and let it
  add column notice      text,                          -- what the task tells its user by label and comment
  add column block       jsonb not null default '[]';   -- the lines that we last wrote into its description
create index pair_ended on pair (route_id, ended_at) where ended_at is not null;

-- Why a route was stopped: {at, counted, limit}.
alter table route add column stopped jsonb;

-- Taking back: what both sides held when they were last equal, in the fields that the op set.
alter table op
  add column base      jsonb not null default '{"left":{},"right":{}}',
  add column undone_at timestamptz;

-- Sub-tasks of a task that is to be deleted.
create index remote_task_parent on remote_task (connection_id, (seen ->> 'parent')) where seen ->> 'parent' is not null;

-- What is told of a person in the tasks of the other side.
create table person (
  connection_id bigint not null references connection on delete cascade,
  person        text not null,
  facts         jsonb not null,                         -- {name, phone, email, url}
  seen_at       timestamptz not null default clock(),
  primary key (connection_id, person)
);
