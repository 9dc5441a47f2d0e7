import type { Connection, Provider } from '../contract.ts'
import { CAPABILITIES, QUOTA } from './capabilities.ts'
import { check } from './check.ts'
import type { Client } from './client.ts'
import { CREDENTIAL_FIELDS } from './credential-fields.ts'
import { dealsOf } from './deals.ts'
import { PROVIDER } from './errors.ts'
import { findCreated } from './find-created.ts'
import { keep } from './keep.ts'
import { createMemories } from './memory.ts'
import { notesOf } from './notes.ts'
import { pageOf, people } from './people.ts'
import { PERSON_HELP, personHint } from './person-hint.ts'
import { pull } from './pull.ts'
import { read } from './read.ts'
import { users } from './users.ts'
import { WEBHOOKS } from './webhook.ts'
import { webhookManagement } from './webhook-management.ts'
import { write } from './write.ts'

/**
 * Follow Up Boss, by its REST API v1. Credentials: `apiKey`; `systemName` and `systemKey` of a registered system where
 * there is one (twice the request limit; needed for webhooks). A connection's base URL includes `/v1`.
 */
export const createFollowUpBoss = (): Provider => {
  const memories = createMemories()
  const client = (connection: Connection): Client => ({ connection, memory: memories.of(connection) })
  return {
    kind: PROVIDER,
    name: 'Follow Up Boss',
    capabilities: CAPABILITIES,
    quota: QUOTA,
    credentialFields: CREDENTIAL_FIELDS,
    defaultBaseUrl: 'https://api.followupboss.com/v1',
    keep,
    check: (connection) => check(client(connection)),
    pull: (connection, request) => pull(client(connection), request),
    read: (connection, remoteIds) => read(client(connection), remoteIds),
    write: (connection, ops) => write(client(connection), ops),
    findCreated: (connection, lost) => findCreated(client(connection), lost),
    people: (connection, query) => people(client(connection), query),
    users: (connection) => users(client(connection)),
    personHint,
    // A task has no page of its own (reference §2).
    taskPage: ({ facts }, { person }) => (person === null ? null : pageOf(facts?.domain ?? null, person)),
    personHelp: PERSON_HELP,
    deals: dealsOf(client),
    notes: notesOf(client),
    webhooks: { ...WEBHOOKS, management: webhookManagement(client) },
    renewal: null,
    containers: null,
  }
}
