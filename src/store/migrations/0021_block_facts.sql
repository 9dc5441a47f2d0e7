-- What we have last written into a pair's task of its person and deal (core/told.ts): so that it is written again when that
-- changes, and not because a user has changed or removed it.
alter table pair add column told jsonb not null default '{"block":null,"labels":[],"ours":[]}';

-- The table of property facts that a route's policy names, as it was last read whole. `settings`: what the policy said of it
-- then; `size`, `modified_ms`: of the file when it was last looked at, null where it was not there; `rows`: core/property-table.ts;
-- `problems`: rows that are not used, {line, problem}; `trouble`: why the file as it is now could not be read.
create table property_file (
  route_id    bigint primary key references route on delete cascade,
  settings    jsonb not null,
  size        bigint,
  modified_ms double precision,
  rows        jsonb not null default '[]',
  labels      jsonb not null default '[]',
  problems    jsonb not null default '[]',
  trouble     text,
  loaded_at   timestamptz,
  version     bigint not null default nextval('deal_changes')
);

-- A digest of what the policy said of what tasks tell of their deals, when they were last told.
alter table route add column told_settings text;
