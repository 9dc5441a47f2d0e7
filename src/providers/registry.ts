import { createCalDav } from './caldav/index.ts'
import type { Provider } from './contract.ts'
import { createFollowUpBoss } from './follow-up-boss/index.ts'
import { createTodoist } from './todoist/index.ts'

/** Every provider of this program, by kind. One set per process: calls to a connection share its requests. */
export function createProviders(): ReadonlyMap<string, Provider> {
  return new Map(
    [createFollowUpBoss(), createTodoist(), createCalDav()].map((provider) => [provider.kind, provider]),
  )
}
