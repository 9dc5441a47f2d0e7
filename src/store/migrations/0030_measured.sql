-- When the last change of a task was first heard of: by a delivery that named it, else by the look that showed it.
alter table remote_task add column changed_at timestamptz;

-- Of a write that carries a user's change: when that change was first heard of. Null where nobody's change is carried.
alter table op add column learnt_at timestamptz;

-- A request that asks services or workflows runs in no one transaction. `claim`: who answers it now, since `claimed_at`; null
-- once it is answered. An answer that is null without a claim is purged.
alter table api_request
  add column claim      uuid,
  add column claimed_at timestamptz;

create index pair_troubled on pair (id) where state <> 'ok';
create index conflict_waiting on conflict (id) where decision is null;
