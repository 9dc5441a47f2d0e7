-- How far the setting up of a route is, and what was found for it. Ids and names of ours alone; what was chosen is the route's own
-- policy, as that of a draft.
create table setup (
  route_id      bigint primary key references route on delete cascade,
  -- What the services told: {projects, labels, fields, fieldNames}, each absent until it was asked for (store/setup.ts).
  found         jsonb not null default '{}',
  -- Standard labels that the task app lacks are made when it begins.
  make_labels   boolean not null default true,
  proposed_at   timestamptz,                 -- what was proposed stands in the policy; what a person says after that stays
  step          text,                        -- where the wizard was left
  confirmed_at  timestamptz
);
