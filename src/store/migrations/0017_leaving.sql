-- A connection that is to be removed once what we wrote into its account is taken back.
alter table connection add column leaving_at timestamptz;

-- Tasks that may hold something of ours, of a connection that is leaving: in its own account and in those that it was in
-- step with. `seen`: as a look at the whole account has shown it; nothing is kept of it when the connection is gone.
-- `kept`: it could not be cleaned, `note` says why.
create table leftover (
  leaving_id    bigint not null references connection on delete cascade,
  connection_id bigint not null references connection on delete cascade,
  remote_id     text not null,
  pair_id       bigint not null references pair on delete cascade,
  side          text not null check (side in ('left', 'right')),
  seen          jsonb,
  state         text not null default 'open' check (state in ('open', 'done', 'kept')),
  tries         int not null default 0,
  note          text,
  primary key (leaving_id, connection_id, remote_id)
);
create index leftover_open on leftover (leaving_id, connection_id) where state = 'open';
create index leftover_pair on leftover (pair_id);

-- A list that Dealbridge has made because a person asked for it, when two lists were mapped.
alter table container add column made boolean not null default false;

-- What is removed loses its words some time later; ids stay. `forget_at`: when, where a person said so.
alter table route
  add column forget_at    timestamptz,
  add column forgotten_at timestamptz;
alter table op add column forgotten_at timestamptz;
