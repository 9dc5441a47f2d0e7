-- Syncs that somebody asked for. What they wrote is in op, by its time; Temporal forgets a workflow a day after its end.
create table sync_run (
  id          bigint generated always as identity primary key,
  workflow_id text not null,
  run_id      text not null unique,                 -- of the first of the workflow's runs
  began_at    timestamptz not null default clock(),
  ended_at    timestamptz,
  outcome     text check (outcome in ('settled', 'held', 'failed', 'unsettled')),
  trouble     jsonb not null default '[]',          -- [{kind, id, state}]
  check ((ended_at is null) = (outcome is null))
);
create index sync_run_workflow on sync_run (workflow_id, id desc);
