-- What we have last written into a pair's task of its person and deal (core/told.ts): so that it is written again when that
-- changes, and not because a user has changed or removed it.
alter table pair add column told jsonb not null default '{"block":null,"labels":[],"ours":[]}';
