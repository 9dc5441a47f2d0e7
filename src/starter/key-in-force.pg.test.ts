import { afterAll, beforeAll, expect, it } from 'vitest'
import { FACTS } from '../../test/follow-up-boss/connection.ts'
import { openTestRecord, SECRET, type TestRecord } from '../../test/store/record.ts'
import type { Connection, Provider } from '../providers/contract.ts'
import { createMemory } from '../providers/memory/provider.ts'
import { MemoryService } from '../providers/memory/service.ts'
import { allConnections, saveConfigured, saveConnection, saveFacts } from '../store/connections.ts'
import type { Account } from './accounts.ts'
import { checkInForce } from './key-in-force.ts'

let record: TestRecord
beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

const account: Account = {
  name: 'todoist',
  provider: 'todoist',
  baseUrl: 'memory:',
  credentials: { token: 'from the environment' },
  pollSeconds: 30,
  webhooks: false,
  webhooksSaid: false,
  keyVariable: 'TODOIST_API_TOKEN',
}

/** The tokens that the service was asked about at a start with this account. */
async function askedAbout(configured: Account): Promise<(string | undefined)[]> {
  const asked: (string | undefined)[] = []
  const service = new MemoryService({ name: 'x', now: () => '' })
  const provider: Provider = {
    ...createMemory({ kind: 'todoist', flavour: 'feed', service }),
    check: async ({ credentials }: Connection) => {
      asked.push(credentials.token)
      return FACTS
    },
  }
  const signal = new AbortController().signal
  const stored = await allConnections(record.db)
  const checked = await checkInForce(record.db, stored, {
    provider,
    account: configured,
    secretKey: SECRET,
    signal,
  })
  expect(checked).toEqual({ facts: FACTS })
  await saveConfigured(record.db, configured, SECRET)
  return asked
}

it('the configured key is asked about, until newer credentials are stored, and again once it is changed', async () => {
  expect(await askedAbout(account)).toEqual(['from the environment'])
  const [row] = await allConnections(record.db)
  await saveFacts(record.db, row?.id ?? '', FACTS)
  expect(await askedAbout(account)).toEqual(['from the environment'])
  await saveConnection(record.db, { ...account, credentials: { token: 'renewed' } }, SECRET)
  expect(await askedAbout(account)).toEqual([])
  expect(await askedAbout({ ...account, credentials: { token: 'changed' } })).toEqual(['changed'])
})
