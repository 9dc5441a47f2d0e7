import type { ProviderErrorKind } from '../provider-error.ts'
import { CALDAV, DAV, nameOf } from './xml.ts'

/** `why` completes a message, `hint` says what a person can do. */
export type Row = {
  /** Preconditions by their names (RFC 4791, 5.3.2.1; RFC 4918, 16; RFC 6578, 3.7). */
  readonly preconditions?: readonly string[]
  readonly status?: (status: number) => boolean
  readonly kind: ProviderErrorKind
  readonly why: string
  readonly hint?: string
}

const TABLE: readonly Row[] = [
  {
    status: (status) => status === 401,
    kind: 'auth',
    why: 'the user name or the password was refused',
    hint: 'Enter both again. Many services want an app password here, and not that of the account.',
  },
  {
    status: (status) => status === 429,
    kind: 'rate-limited',
    why: 'too many requests',
  },
  {
    preconditions: [nameOf(DAV, 'quota-not-exceeded'), nameOf(DAV, 'sufficient-disk-space')],
    status: (status) => status === 507,
    kind: 'limit-reached',
    why: 'the account is full',
    hint: 'Delete what is not needed any more, or ask for more room.',
  },
  {
    preconditions: [nameOf(CALDAV, 'max-resource-size')],
    status: (status) => status === 413,
    kind: 'invalid',
    why: 'the task is larger than the server takes',
    hint: 'Shorten its notes.',
  },
  {
    preconditions: [nameOf(CALDAV, 'supported-calendar-component')],
    kind: 'invalid',
    why: 'the list does not take tasks',
    hint: 'Choose a list that is made for tasks.',
  },
  {
    preconditions: [nameOf(DAV, 'need-privileges')],
    kind: 'not-visible',
    why: 'this account may not do that there',
    hint: 'Ask the owner of the list for the right to change it.',
  },
  {
    preconditions: [
      nameOf(CALDAV, 'valid-calendar-data'),
      nameOf(CALDAV, 'valid-calendar-object-resource'),
      nameOf(CALDAV, 'supported-calendar-data'),
    ],
    kind: 'invalid',
    why: 'the server does not take the task as it is',
  },
  {
    preconditions: [nameOf(CALDAV, 'no-uid-conflict')],
    kind: 'invalid',
    why: 'another task with the same UID lies there',
    hint: 'Some app has copied the task. Delete the one that is not needed.',
  },
  {
    status: (status) => status === 404 || status === 410,
    kind: 'gone',
    why: 'it does not exist',
  },
  {
    status: (status) => status === 403,
    kind: 'not-visible',
    why: 'access was denied',
    hint: 'Check that this account may change the list.',
  },
  {
    status: (status) => status === 412,
    kind: 'conflict',
    why: 'it was changed meanwhile',
  },
  {
    status: (status) => status === 409,
    kind: 'invalid',
    why: 'something that is there, or is missing, stands against it',
    hint: 'Look whether the list is still there, and whether another app has a copy of the task in it.',
  },
  {
    status: (status) => status === 408 || status === 423 || status >= 500,
    kind: 'transient',
    why: 'the server is out of order',
  },
  {
    status: (status) => status < 200 || (status >= 300 && status < 400) || status === 405 || status === 501,
    kind: 'invalid',
    why: 'this is no CalDAV server',
    hint: 'Check the address of the connection: it is the one that the service names for CalDAV.',
  },
]
const REST: Row = { kind: 'invalid', why: 'the request was refused' }

/** What an error of this status means. A precondition that is known counts for more than the status. */
export function meaningOf(status: number, precondition: string | null): Row {
  const named = TABLE.find((row) => precondition !== null && row.preconditions?.includes(precondition))
  return named ?? TABLE.find((row) => row.status?.(status) === true) ?? REST
}
