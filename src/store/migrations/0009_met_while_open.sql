-- What looks have shown in the fields of a write while it was open, and that is neither its before nor its after: {field: {value, askedAt}}.
alter table op add column met jsonb not null default '{}';
