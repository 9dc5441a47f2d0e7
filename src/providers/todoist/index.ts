import type { Provider } from '../contract.ts'
import { capabilities, quota } from './capabilities.ts'
import { check } from './check.ts'
import { createClient } from './client.ts'
import { createComments } from './comments.ts'
import { createContainers } from './containers.ts'
import { findCreated } from './find-created.ts'
import { keep } from './keep.ts'
import { createLabels } from './labels.ts'
import { pull } from './pull.ts'
import { createReader } from './read.ts'
import { createRenewal } from './renewal.ts'
import { createSignIn } from './sign-in.ts'
import { webhooks } from './webhook.ts'
import { createWriter } from './write.ts'

const BASE_URL = 'https://api.todoist.com'

/** `now`: milliseconds since the epoch, to tell how long ago a lost create was sent. */
export type TodoistOptions = { readonly now?: () => number }

/**
 * Todoist by its API v1: writes as Sync commands with the op's own uuids, reads by Sync tokens. Credentials:
 * `{token}`, a personal token, or those of a sign-in (renewal.ts). Base URL: the origin; `/api/v1` is added.
 */
export const createTodoist = ({ now = Date.now }: TodoistOptions = {}): Provider => {
  const client = createClient()
  return {
    kind: 'todoist',
    name: 'Todoist',
    capabilities,
    quota,
    credentialFields: [
      {
        name: 'token',
        label: 'API token',
        secret: true,
        required: true,
        help: 'Todoist: Settings, Integrations, Developer.',
      },
    ],
    defaultBaseUrl: BASE_URL,
    keep,
    check: (connection) => check(client, connection),
    pull: (connection, request) => pull(client, connection, request),
    read: createReader(client),
    write: createWriter(client),
    findCreated: (connection, lost) => findCreated(client, connection, lost, now()),
    webhooks,
    renewal: createRenewal(client),
    signIn: createSignIn(client),
    containers: createContainers(client),
    // Another server has no page there (reference §17).
    taskPage: ({ baseUrl }, { remoteId }) =>
      baseUrl.replace(/\/+$/u, '') === BASE_URL
        ? `https://app.todoist.com/app/task/${encodeURIComponent(remoteId)}`
        : null,
    labels: createLabels(client),
    comments: createComments(client),
  }
}
