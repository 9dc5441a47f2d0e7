-- What was disconnected is kept, without credentials: connected again, it goes on where it was.
alter table connection add column removed_at timestamptz;
alter table connection drop constraint connection_name_key;
create unique index connection_name on connection (name) where removed_at is null;
alter table route add column removed_at timestamptz;
alter table route drop constraint route_name_key;
create unique index route_name on route (name) where removed_at is null;
