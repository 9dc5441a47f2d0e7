-- Where a task lies is part of what it is: `list` and `parent` are among the fields of a task.
drop index remote_task_list;
create index remote_task_list on remote_task (connection_id, (seen -> 'task' ->> 'list')) where presence = 'present';
drop index remote_task_parent;
create index remote_task_parent on remote_task (connection_id, (seen -> 'task' ->> 'parent'))
  where seen -> 'task' ->> 'parent' is not null;

-- A list may be mapped by several routes, to a list of another connection each.
alter table container drop constraint container_connection_id_remote_id_key;
create unique index container_remote on container (connection_id, remote_id) where role <> 'list';
create unique index container_list on container (route_id, connection_id, remote_id) where role = 'list';
