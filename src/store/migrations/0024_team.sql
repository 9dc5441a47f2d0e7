-- Teams: what a task has inherited from one that another route had for the same task of the CRM, by that pair; and the users of
-- an account, by which people name them.
alter table pair add column carried jsonb not null default '{}';

create table account_user (
  connection_id bigint not null references connection on delete cascade,
  user_id       text not null,
  name          text not null,
  email         text,
  -- False of one who is not in the account any more.
  active        boolean not null default true,
  primary key (connection_id, user_id)
);

-- Open tasks of users whom no route has, by user ('' of nobody), as the last complete walk counted them.
alter table connection add column of_nobody jsonb not null default '{}';
