import { afterEach, beforeEach, expect, it } from 'vitest'
import { FACTS } from '../../test/follow-up-boss/connection.ts'
import { openTestRecord, SECRET, type TestRecord } from '../../test/store/record.ts'
import {
  allConnections,
  connectionById,
  markLeaving,
  openCredentials,
  renameConnection,
  renewConnection,
  retireConnection,
  saveConnection,
} from '../store/connections.ts'
import { inTransaction } from '../store/database.ts'
import { formerSecrets, openFormerSecret } from '../store/former-secrets.ts'
import type { Account } from './accounts.ts'
import { configuredRow, connectionInUse, saveAccount } from './configured-connection.ts'

let record: TestRecord
beforeEach(async () => {
  record = await openTestRecord()
})
afterEach(() => record[Symbol.asyncDispose]())

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

/** What a start stores of the account, whose service says that it is `accountId`. */
async function start(accountId = FACTS.accountId): Promise<string | null> {
  const facts = { ...FACTS, accountId }
  const inUse = connectionInUse(await allConnections(record.db), account, facts)
  return inTransaction(record.db, (tx) => saveAccount(tx, { account, inUse, facts }, SECRET))
}

const change = (work: Parameters<typeof inTransaction<void>>[1]) => inTransaction(record.db, work)

it('a removed account that is still configured is connected again as what it was', async () => {
  const id = await start()
  await change((tx) => retireConnection(tx, id ?? '', SECRET))
  expect(await start()).toBe(id)
  const [row, ...more] = await allConnections(record.db)
  expect([row?.name, more]).toEqual(['todoist', []])
  expect(openCredentials(await connectionById(record.db, id ?? ''), SECRET)).toEqual(account.credentials)
})

it('a secret that the environment gives anew is kept beside the one before, and only then', async () => {
  const from = (webhookSecret: string) =>
    inTransaction(record.db, async (tx) => {
      const [inUse] = await allConnections(tx)
      const given = { ...account, credentials: { ...account.credentials, webhookSecret } }
      await saveAccount(tx, { account: given, inUse, facts: FACTS, secretName: 'webhookSecret' }, SECRET)
    })
  await from('first')
  await from('first')
  expect(await formerSecrets(record.db)).toEqual([])
  await from('second')
  expect((await formerSecrets(record.db)).map((one) => openFormerSecret(one, SECRET))).toEqual(['first'])
})

it('what a person has entered beside the same key stays when the configuration gives that key alone', async () => {
  const entered = { ...account.credentials, webhookSecret: 'entered' }
  const id = await saveConnection(record.db, { ...account, credentials: entered }, SECRET)
  const credentials = async () => openCredentials(await connectionById(record.db, id), SECRET)
  expect(await start()).toBe(id)
  expect(await credentials()).toEqual(entered)
  expect(await start()).toBe(id)
  expect(await credentials()).toEqual(entered)
  // From then on it is the configuration's.
  await change(async (tx) => {
    const [inUse] = await allConnections(tx)
    const given = { ...account, credentials: { token: 'another' } }
    await saveAccount(tx, { account: given, inUse, facts: FACTS }, SECRET)
  })
  expect(await credentials()).toEqual({ token: 'another' })
})

it('deliveries that a person has switched on stay on, unless the configuration says no', async () => {
  const from = (given: Partial<Account>) =>
    inTransaction(record.db, async (tx) => {
      const [inUse] = await allConnections(tx)
      await saveAccount(tx, { account: { ...account, ...given }, inUse, facts: FACTS }, SECRET)
      const [row] = await allConnections(tx)
      return row?.webhooks
    })
  expect(await from({})).toBe(false)
  expect(await from({ webhooks: true })).toBe(true)
  expect(await from({})).toBe(true)
  expect(await from({ webhooksSaid: true })).toBe(false)
  expect(await from({ webhooks: true, webhooksSaid: true })).toBe(true)
})

it('one that a person calls by another name keeps it, and is found by it while its service does not answer', async () => {
  const id = await start()
  await change((tx) => renameConnection(tx, id ?? '', { name: 'office', pollSeconds: 30 }))
  expect(await start()).toBe(id)
  const stored = await allConnections(record.db)
  expect(stored.map(({ name }) => name)).toEqual(['office'])
  expect((await configuredRow(record.db, stored, account, SECRET))?.id).toBe(id)
})

it('a name that stands for something else is refused, and no credentials of ours go there', async () => {
  const own = { ...account, provider: 'caldav', credentials: { password: 'theirs' } }
  const id = await saveConnection(record.db, own, SECRET)
  await expect(start()).rejects.toMatchObject({ code: 'NAME_TAKEN' })
  await expect(saveConnection(record.db, account, SECRET)).rejects.toThrow('another provider')
  expect(openCredentials(await connectionById(record.db, id), SECRET)).toEqual(own.credentials)
})

it('a key of another account is refused', async () => {
  await start()
  await expect(start('another')).rejects.toMatchObject({ code: 'OTHER_ACCOUNT' })
})

it('one that is leaving is left to it', async () => {
  const id = await start()
  await change((tx) => markLeaving(tx, id ?? ''))
  expect(await start()).toBeNull()
})

it('credentials that were given elsewhere stay, until the configuration gives others than before', async () => {
  const id = (await start()) ?? ''
  const given = { ...account, credentials: { token: 'of a person' } }
  await change((tx) => renewConnection(tx, id, given, SECRET))
  await start()
  const now = async () => openCredentials(await connectionById(record.db, id), SECRET)
  expect(await now()).toEqual({ token: 'of a person' })
  const other = { ...account, credentials: { token: 'another one' } }
  const [inUse] = await allConnections(record.db)
  await change(async (tx) => {
    await saveAccount(tx, { account: other, inUse, facts: FACTS }, SECRET)
  })
  expect(await now()).toEqual({ token: 'another one' })
})
