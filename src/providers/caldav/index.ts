import type { Provider } from '../contract.ts'
import { capabilities, quota } from './capabilities.ts'
import { check } from './check.ts'
import { createClient } from './client.ts'
import { closedBetween } from './closed-between.ts'
import { createContainers } from './containers.ts'
import { CREDENTIAL_FIELDS } from './credential-fields.ts'
import { findCreated } from './find-created.ts'
import { keep } from './keep.ts'
import { pull } from './pull.ts'
import { read } from './read.ts'
import { write } from './write.ts'

/**
 * `now`: milliseconds since the epoch, for the times that clients write into tasks. `page`: tasks of one page of a walk, few
 * in tests that want several.
 */
export type CalDavOptions = { readonly now?: () => number; readonly page?: number }

/**
 * What one worker looks at and stores at a time. Each page asks for the lists and for what changed in them, and Radicale
 * looks through all tasks for every answer: small pages cost more than their tasks.
 */
const PAGE = 1_000

/**
 * Tasks (VTODO) of CalDAV servers. Credentials: `{username, password}`, of many services an app password. Base URL: the
 * address that a person knows, from which the account's lists are found. `container` and `list` of a task are its list:
 * the list's path below the account's home. A task's id is its UID, which it keeps when it is moved.
 */
export const createCalDav = ({ now = Date.now, page = PAGE }: CalDavOptions = {}): Provider => {
  const client = createClient()
  return {
    kind: 'caldav',
    name: 'CalDAV',
    capabilities,
    quota,
    credentialFields: CREDENTIAL_FIELDS,
    // Every account has a server of its own.
    defaultBaseUrl: null,
    keep,
    closedBetween,
    check: (connection) => check(client, connection),
    pull: (connection, request) => pull(client, connection, request, page),
    read: (connection, ids, known) => read(client, connection, ids, known),
    write: (connection, ops) => write(client, connection, ops, now()),
    findCreated: (connection, lost) => findCreated(client, connection, lost),
    webhooks: null,
    renewal: null,
    containers: createContainers(client),
    ownTraces: ({ extra }) => extra.ours === true,
  }
}
