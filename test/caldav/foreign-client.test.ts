import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closedBetween } from '../../src/providers/caldav/closed-between.ts'
import { PYTHON, pythonPackages } from '../support/python-packages.ts'
import { type Account, LOGIN, openAccount, present, walked } from './account.ts'
import { createOp, look, outcomes, updateOp, writeOne } from './ops.ts'

const run = promisify(execFile)
const PROGRAM = fileURLToPath(new URL('foreign_client.py', import.meta.url))

/** What we write is read by somebody else's reading of the standards, and what they write by ours. */
let account: Account
let packages = ''
beforeAll(async () => {
  account = await openAccount()
  await account.makeList('tasks')
  packages = await pythonPackages()
}, 300_000)
afterAll(() => account?.close())

type Shown = Readonly<
  Record<'uid' | 'summary' | 'description' | 'due' | 'start' | 'status' | 'parent' | 'rule', string>
> & {
  readonly priority: number
  readonly categories: readonly string[]
}

/** The other client, at the server itself. */
async function theirs<T = Shown>(action: string, given: Readonly<Record<string, unknown>> = {}): Promise<T> {
  const words = [account.server.url, LOGIN.username, LOGIN.password, 'tasks', action, JSON.stringify(given)]
  const { stdout } = await run(PYTHON, [PROGRAM, ...words], { env: { ...process.env, PYTHONPATH: packages } })
  return JSON.parse(stdout) as T
}

describe('a client that nobody here wrote', () => {
  test('reads what we make, with every field', async () => {
    const above = await writeOne(account, createOp({ title: 'Above' }))
    const fields = {
      title: 'Call, Tom; and “Ann” 👩‍👩‍👧',
      notes: 'Line one\n\n- two, three;\tfour\\five',
      due: { kind: 'fixed', at: '2027-02-05T15:30:00Z', zone: 'America/New_York' },
      start: { kind: 'day', day: '2027-02-01' },
      priority: 1,
      labels: ['a,b', 'vip'],
      type: 'Call',
    } as const
    const made = await writeOne(account, createOp({ ...fields, parent: above.remoteId }))
    expect(await theirs('read', { uid: made.remoteId })).toMatchObject({
      summary: fields.title,
      description: fields.notes,
      due: '2027-02-05T10:30:00-05:00',
      start: '2027-02-01T00:00:00-05:00',
      priority: 1,
      status: 'NEEDS-ACTION',
      categories: expect.arrayContaining(['a,b', 'vip', 'call']),
      parent: above.remoteId,
    })
  })

  test('makes, renames and deletes tasks, and walks show it', async () => {
    const { last } = await walked(account, null)
    const made = await theirs('create', { summary: 'Theirs, with a comma', due: '2027-03-01' })
    const shown = await walked(account, last.cursor)
    expect(present(shown.seen.get(made.uid)).task).toMatchObject({
      title: 'Theirs, with a comma',
      due: { kind: 'day', day: '2027-03-01' },
      completed: false,
    })
    await theirs('rename', { uid: made.uid, summary: 'Renamed' })
    const renamed = await walked(account, shown.last.cursor)
    expect(present(renamed.seen.get(made.uid)).task.title).toBe('Renamed')
    await theirs('delete', { uid: made.uid })
    const after = await walked(account, renamed.last.cursor)
    expect(after.seen.get(made.uid)).toEqual({ kind: 'gone', remoteId: made.uid, certain: true })
  })

  test('closes an occurrence, which is counted, and its completed copy is no open task', async () => {
    const uid = await account.put('tasks/plants.ics', [
      'SUMMARY:Water plants',
      'DTSTART:20270301T090000Z',
      'DUE:20270301T100000Z',
      'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5',
    ])
    const { last } = await walked(account, null)
    const before = await look(account, uid)
    await theirs('complete', { uid, at: '2027-03-01T12:00:00+00:00' })
    const { seen } = await walked(account, last.cursor)
    const after = present(seen.get(uid))
    expect(after.task.due).toEqual({ kind: 'fixed', at: '2027-03-08T10:00:00Z', zone: null })
    expect(after.task.completed).toBe(false)
    expect(closedBetween(before, after)).toBe(1)
    const copies = [...seen.values()].filter(({ remoteId }) => remoteId !== uid)
    expect(copies.length).toBeGreaterThan(0)
    for (const copy of copies)
      expect(present(copy)).toMatchObject({ recurs: false, task: { completed: true } })
  })

  test('sees an occurrence that we have closed', async () => {
    const made = await theirs('create', {
      summary: 'Pay',
      due: '2027-01-31',
      rule: { FREQ: 'MONTHLY', COUNT: 3 },
    })
    const op = updateOp(made.uid, await look(account, made.uid), { completed: true })
    expect(outcomes(await writeOne(account, op))).toEqual(['confirmed'])
    expect(await theirs('read', { uid: made.uid })).toMatchObject({
      due: '2027-03-31',
      status: 'NEEDS-ACTION',
    })
  })
})
