-- What a delivery is about: its ids are those of tasks only where it says so.
alter table delivery
  add column about text not null default 'tasks' check (about in ('tasks', 'people', 'deals', 'stages', 'other'));
