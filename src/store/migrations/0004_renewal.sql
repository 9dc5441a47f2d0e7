-- Credentials that last for a time only are renewed by one process at a time, whose claim stands here and not in a lock.
alter table connection
  add column configured       text,        -- mark of the credentials that the configuration gave last
  add column credentials_at   timestamptz not null default clock(),
  add column renew_until      timestamptz, -- nobody else renews before: end of a lease, or of a pause
  add column renew_sent_at    timestamptz, -- when these credentials were first sent to be renewed, while the outcome is unknown
  add column renew_refused    jsonb;       -- {message, hint}: these credentials can never be renewed
