-- What people call the lists and projects of an account, as its service last told: also of those that no route uses, as a
-- task may have been moved there. For people to read only: nothing is decided by a name.
create table list_name (
  connection_id bigint not null references connection on delete cascade,
  remote_id     text not null,
  name          text not null,
  primary key (connection_id, remote_id)
);
