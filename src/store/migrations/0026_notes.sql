-- Notes that we write on people of the CRM: of a comment in the task app, and one that tells of a task. Ids and digests; the words
-- of a comment stand here only until they are written.
create table note (
  id             bigint generated always as identity primary key,
  route_id       bigint not null references route on delete cascade,
  connection_id  bigint not null references connection on delete cascade,  -- of the CRM
  kind           text not null check (kind in ('comment', 'task')),
  source         text not null,                     -- remote id of the comment; pair/person of a task
  pair_id        bigint references pair on delete cascade,            -- of a task
  app_id         bigint references connection on delete cascade,      -- of a comment: the task app's connection
  task_id        text,                              -- of a comment: remote id of the task there
  person         text,                              -- on whom it was written; of a comment null until it is sent
  mark           text,                              -- in its last line; null until it is sent
  words          jsonb,                             -- {text, file} of a comment (core/note-text.ts) until it is written
  -- before: from before copying began. owed: to be written. written: it is ours. kept: somebody has edited or deleted it there, so it
  -- is left alone. dropped: deleted before it was copied. refused: the CRM does not take it.
  state          text not null check (state in ('before', 'owed', 'written', 'kept', 'dropped', 'refused')),
  version        int not null default 1,            -- counts what was asked of it
  remote_id      text,
  sent           text,                              -- digest of what the last call carried
  written        text,                              -- digest of what the last call carried that was confirmed
  shown          text,                              -- digest of what the CRM showed after it
  wake_at        timestamptz,                       -- when to look after it; null: at rest
  attempts       int not null default 0,
  sent_at        timestamptz,                       -- first attempt to make it
  deadline_at    timestamptz,                       -- end of the attempt under way
  empty_at       timestamptz,                       -- a search for it that found nothing
  last_error     text,
  changed_at     timestamptz not null default clock(),
  unique (route_id, kind, source)
);
create index note_due on note (connection_id, wake_at) where wake_at is not null;
create index note_task on note (app_id, task_id) where task_id is not null;
create index note_mark on note (connection_id, mark) where mark is not null;
create index note_pair on note (pair_id) where pair_id is not null;

alter table delivery drop constraint delivery_about_check,
  add constraint delivery_about_check
    check (about in ('tasks', 'people', 'deals', 'stages', 'comments', 'other'));
