-- A completion of a task of our own is shown at once, waits for the other sides of its routes, and goes back where one of
-- them refuses it. So it is known since when a task is done (or is not any more), by whom, and what it was before.
alter table task add column status_at timestamptz not null default clock();
alter table task add column status_by text not null default 'api' check (status_by in ('api', 'sync'));
alter table task add column status_before text not null default 'open' check (status_before in ('open', 'blocked'));
update task set status_at = coalesce(completed_at, updated_at), status_by = updated_by;

create index op_rollback on op (subject_id) where cause = 'rollback';
