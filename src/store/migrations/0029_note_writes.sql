-- What was written of notes, for the log: when, what it was, and why the CRM did not take it. Ids alone; a note's words are nowhere.
create table note_write (
  id       bigint generated always as identity primary key,
  note_id  bigint not null references note on delete cascade,
  verb     text not null check (verb in ('create', 'update', 'delete')),
  at       timestamptz not null default clock(),
  error    text
);
create index note_write_at on note_write (at);
create index note_write_note on note_write (note_id);

-- When a mapping was last in step is worked out from its tasks; nobody ever wrote this.
alter table mapping drop column last_sync_at;
