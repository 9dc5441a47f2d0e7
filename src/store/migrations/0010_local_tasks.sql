-- Lists and tasks of our own: what the HTTP API and the command `tasks` change, and what the provider `local` shows to
-- sync. The table of the first schema was never used.
drop table task;

-- One row. Whoever writes a list or a task locks it first, until its transaction ends (store/local/writing.ts): so numbers
-- of changes are committed in their order, and who has read up to one has missed none below it. A sequence could not
-- promise that: a number that was taken earlier may be committed later. It also keeps two moves at once from making a
-- circle of sub-tasks. The price is one writer at a time, for some milliseconds each.
create table local_store (
  one          boolean primary key default true check (one),
  id           uuid not null default gen_random_uuid(), -- the account, to those who sync with it
  seq          bigint not null,                         -- the number of the last change
  default_list uuid not null                            -- where a task lies that names no list; it always exists
);

create table task_list (
  id          uuid primary key default gen_random_uuid(),
  nth         bigint generated always as identity unique, -- the order of creation
  name        text not null,
  colour      text,
  position    double precision not null,
  key         uuid unique,                              -- the idempotency key under which sync made it
  marker      text,
  version     int not null default 1,
  changed_seq bigint not null unique,                   -- local_store.seq at its last change
  created_by  text not null check (created_by in ('api', 'sync')),
  updated_by  text not null check (updated_by in ('api', 'sync')),
  created_at  timestamptz not null default clock(),
  updated_at  timestamptz not null default clock(),
  archived_at timestamptz,
  deleted_at  timestamptz
);

create table task (
  id           uuid primary key default gen_random_uuid(),
  nth          bigint generated always as identity unique,
  list_id      uuid not null references task_list,
  parent_id    uuid references task,
  title        text not null,
  notes        text not null,
  due          jsonb,
  start        jsonb,
  priority     smallint check (priority between 1 and 4),
  labels       text[] not null,
  type         text,
  status       text not null check (status in ('open', 'blocked', 'done')),
  flags        text[] not null,                         -- labels of ours, of which `crm` and `no-sync` are a user's to set
  marker       text,
  block        text[] not null,                         -- lines of ours about its person
  extra        jsonb not null,                          -- a user's own data, which no sync touches
  key          uuid unique,
  version      int not null default 1,
  changed_seq  bigint not null unique,
  created_by   text not null check (created_by in ('api', 'sync')),
  updated_by   text not null check (updated_by in ('api', 'sync')),
  created_at   timestamptz not null default clock(),
  updated_at   timestamptz not null default clock(),
  completed_at timestamptz,
  archived_at  timestamptz,
  deleted_at   timestamptz
);
create index task_list_tasks on task (list_id);
create index task_parent on task (parent_id) where parent_id is not null;
create index task_updated on task (updated_at);

-- What sync tells a task's user. `key`: of the write that made it.
create table task_comment (
  id      uuid primary key default gen_random_uuid(),
  nth     bigint generated always as identity,
  task_id uuid not null references task on delete cascade,
  key     uuid not null unique,
  text    text not null,
  at      timestamptz not null default clock()
);
create index task_comment_task on task_comment (task_id);

-- What is left of a list or task that was purged: nothing that anybody typed.
create table local_tombstone (
  id          uuid primary key,
  kind        text not null check (kind in ('list', 'task')),
  key         uuid unique,                              -- so that a repeated create does not bring it back
  changed_seq bigint not null unique
);

-- Requests to the API that carried an Idempotency-Key, with their answers.
create table api_request (
  key         text primary key,
  fingerprint text not null,                            -- of method, path and body
  subject     uuid,                                     -- the task or list that it is about
  answer      json,                                     -- {status, headers, body}; null once the subject is purged
  at          timestamptz not null default clock()
);
create index api_request_at on api_request (at);
create index api_request_subject on api_request (subject);

with first_list as (
  insert into task_list (name, position, changed_seq, created_by, updated_by)
  values ('Tasks', 1, 1, 'api', 'api') returning id)
insert into local_store (seq, default_list) select 1, id from first_list;
