-- Requests that carried a write, beside all requests: what a sync costs is reported by kind.
alter table quota add column written bigint not null default 0;
