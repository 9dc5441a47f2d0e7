import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestRecord, SECRET, START, type TestRecord } from '../../test/store/record.ts'
import { plusMs } from '../core/db-time.ts'
import {
  allConnections,
  connectionById,
  markPulled,
  type NewConnection,
  openCredentials,
  outlivesConfiguration,
  saveConfigured,
  saveConnection,
  saveFacts,
  setConnectionState,
} from './connections.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const given = (name: string, change: Partial<NewConnection> = {}): NewConnection => ({
  name,
  provider: 'follow-up-boss',
  baseUrl: 'https://crm.example.com/v1',
  credentials: { apiKey: 'fka_s3cret', systemKey: 'sys_s3cret' },
  pollSeconds: 0.2,
  webhooks: true,
  ...change,
})

it('a new connection is as given, and nothing is known of its account yet', async () => {
  const id = await saveConnection(record.db, given('new'), SECRET)
  expect(await connectionById(record.db, id)).toEqual({
    id,
    name: 'new',
    provider: 'follow-up-boss',
    baseUrl: 'https://crm.example.com/v1',
    credentials: expect.any(String),
    facts: null,
    state: 'ok',
    stateSince: START,
    stateNote: null,
    pollSeconds: 0.2,
    webhooks: true,
    lastPullAt: null,
    lastCompleteAt: null,
    dealsListedAt: null,
  })
})

it('credentials are nowhere in the table in plain text, and open with the right secret alone', async () => {
  const id = await saveConnection(record.db, given('sealed'), SECRET)
  const [stored] = await record.db<{ text: string }[]>`
    select c::text as text from connection c where id = ${id}`
  const plain = ['fka_s3cret', 'sys_s3cret', 's3cret', 'apiKey']
  const forms = plain.flatMap((word) => [
    word,
    Buffer.from(word).toString('hex'),
    Buffer.from(word).toString('base64'),
  ])
  for (const form of forms) expect(stored?.text).not.toContain(form.replace(/=+$/u, ''))

  const row = await connectionById(record.db, id)
  expect(openCredentials(row, SECRET)).toEqual(given('').credentials)
  expect(() => openCredentials(row, 'another secret')).toThrow(Error)
})

it('a connection of that name is brought up to date and keeps its id, its facts and its state', async () => {
  const id = await saveConnection(record.db, given('known'), SECRET)
  const facts = {
    accountId: 'a1',
    userId: 'u1',
    zone: null,
    seesEveryone: true,
    domain: 'example',
    limits: { tasksPerProject: 300 },
    probes: { ids: true },
  }
  await saveFacts(record.db, id, facts)
  await setConnectionState(record.db, id, 'auth-failed', 'The key was refused')
  const change = {
    baseUrl: 'http://127.0.0.1:1/v1',
    credentials: { apiKey: 'next' },
    pollSeconds: 30,
    webhooks: false,
  }
  expect(await saveConnection(record.db, given('known', change), SECRET)).toBe(id)
  const row = await connectionById(record.db, id)
  expect(row).toMatchObject({ ...change, credentials: row.credentials, facts, state: 'auth-failed' })
  expect(openCredentials(row, SECRET)).toEqual({ apiKey: 'next' })
})

describe('credentials of the configuration', () => {
  const configured = { apiKey: 'from the environment' }
  const renewed = { apiKey: 'renewed since' }
  const credentialsOf = async (id: string) => openCredentials(await connectionById(record.db, id), SECRET)
  const outlives = async (id: string, credentials = configured, secret = SECRET) =>
    outlivesConfiguration(record.db, await connectionById(record.db, id), credentials, secret)

  it('leave newer ones alone for as long as the configuration says the same', async () => {
    const again = given('unchanged', { credentials: configured })
    const id = await saveConfigured(record.db, again, SECRET)
    expect(await outlives(id)).toBe(false)
    await saveConnection(record.db, { ...again, credentials: renewed }, SECRET)
    expect(await outlives(id)).toBe(true)
    await saveConfigured(record.db, { ...again, pollSeconds: 7 }, SECRET)
    expect(await credentialsOf(id)).toEqual(renewed)
    expect(await connectionById(record.db, id)).toMatchObject({ pollSeconds: 7 })
  })

  it('take their place once the configuration says something else', async () => {
    const first = given('changed', { credentials: configured })
    const id = await saveConfigured(record.db, first, SECRET)
    await saveConnection(record.db, { ...first, credentials: renewed }, SECRET)
    const next = { apiKey: 'another' }
    expect(await outlives(id, next)).toBe(false)
    await saveConfigured(record.db, { ...first, credentials: next }, SECRET)
    expect(await credentialsOf(id)).toEqual(next)
  })

  it('are stored anew under another secret key, with which nothing else could be opened', async () => {
    const id = await saveConfigured(record.db, given('rekeyed', { credentials: configured }), SECRET)
    expect(await outlives(id, configured, 'another secret')).toBe(false)
    await saveConfigured(record.db, given('rekeyed', { credentials: configured }), 'another secret')
    expect(openCredentials(await connectionById(record.db, id), 'another secret')).toEqual(configured)
  })

  it('of a record that is older than the mark are not taken for newer ones', async () => {
    await using old = await openTestRecord()
    const id = await saveConnection(old.db, given('old', { credentials: configured }), SECRET)
    await old.db`alter table connection drop column configured`
    const row = await connectionById(old.db, id)
    expect(await outlivesConfiguration(old.db, row, configured, SECRET)).toBe(false)
  })
})

it('a state tells since when it is so, and only another one is news', async () => {
  const id = await saveConnection(record.db, given('states'), SECRET)
  await record.clock.advance(1000)
  const since = plusMs(START, 1000)
  expect(await setConnectionState(record.db, id, 'unreachable', 'No answer')).toBe(true)
  await record.clock.advance(1000)
  expect(await setConnectionState(record.db, id, 'unreachable', 'No answer')).toBe(false)
  expect(await connectionById(record.db, id)).toMatchObject({
    state: 'unreachable',
    stateSince: since,
    stateNote: 'No answer',
  })
  expect(await setConnectionState(record.db, id, 'ok', null)).toBe(true)
})

it('the last pull and the last complete one never go back', async () => {
  const id = await saveConnection(record.db, given('pulled'), SECRET)
  const at = (ms: number) => plusMs(START, ms)
  await markPulled(record.db, id, at(1), true)
  await markPulled(record.db, id, at(5), false)
  await markPulled(record.db, id, at(3), true)
  expect(await connectionById(record.db, id)).toMatchObject({ lastPullAt: at(5), lastCompleteAt: at(3) })
})

it('one that is not there is an error with its id', async () => {
  await expect(connectionById(record.db, '4711')).rejects.toThrow('there is no connection 4711')
  expect((await allConnections(record.db)).map((row) => row.name)).toContain('new')
})
