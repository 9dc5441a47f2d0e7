-- Webhooks that this installation has registered with a service. Written before the call, so that one whose answer was lost is
-- known by its address also after the address has changed; `remote_id` once it is known.
create table webhook (
  connection_id bigint not null references connection on delete cascade,
  event         text not null,
  url           text not null,
  remote_id     text,
  primary key (connection_id, event, url)
);

-- Deliveries that nobody's secret has signed, at an address of this connection.
create table refused_delivery (
  connection_id bigint primary key references connection on delete cascade,
  refused       bigint not null,
  last_at       timestamptz not null
);

-- A person who is on the service's own page to give access. The answer comes to the receiver; whoever waits for it takes it here.
create table sign_in (
  state      text primary key,          -- digest of the state that the page gives back
  expires_at timestamptz not null,
  answer     text                       -- sealed
);

alter table connection
  add column former_secret       text,        -- sealed: signed deliveries until a short while ago, and is taken until then
  add column former_secret_until timestamptz,
  add column webhooks_until      timestamptz; -- nobody else looks after its webhooks before

create index delivery_received on delivery (connection_id, received_at desc);
