import { createCalDav } from './caldav/index.ts'
import type { Provider } from './contract.ts'
import { createFollowUpBoss } from './follow-up-boss/index.ts'
import { createLocal } from './local/index.ts'
import type { LocalTaskStore } from './local/store.ts'
import { createTodoist } from './todoist/index.ts'

/**
 * Every provider of this program, by kind. One set per process: calls to a connection share its requests. `local`: our own
 * tasks, which lie in the record. `addresses`: where services answer that are asked elsewhere than at their own address, by kind.
 */
export function createProviders(
  local: LocalTaskStore,
  addresses: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, Provider> {
  const all = [createFollowUpBoss(), createTodoist(), createCalDav(), createLocal(local)]
  return new Map(
    all.map((provider) => [
      provider.kind,
      { ...provider, defaultBaseUrl: addresses.get(provider.kind) ?? provider.defaultBaseUrl },
    ]),
  )
}
