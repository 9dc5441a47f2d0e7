import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import { askingDeps } from '../../src/activities/manage/managing.ts'
import { isWriteTest } from '../../src/core/write-test.ts'
import { add } from '../../src/starter/commands/connect.ts'
import type { Probe } from '../../src/starter/write-test/probe.ts'
import { runWriteTest, type WriteTestInput } from '../../src/starter/write-test/run-write-test.ts'
import { allConnections } from '../../src/store/connections.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts

beforeEach(async () => {
  accounts = await openAccounts({ staleReadMs: 30_000 })
})
afterEach(() => accounts[Symbol.asyncDispose]())

type Item = { readonly id: string; readonly content: string; readonly name: string }

const fub = () => simClient(accounts.sims.crm.url, AS_USER)

async function addPerson(): Promise<string> {
  const { body } = await fub().call<{ id: number }>('POST', '/v1/people', {
    firstName: 'Try',
    lastName: 'Out',
  })
  return String(body.id)
}

async function connectFub(): Promise<void> {
  const credentials = await accounts.credentials({ apiKey: 'key' })
  await add(accounts.deciding, 'crm', {
    provider: 'follow-up-boss',
    url: `${accounts.sims.crm.url}/v1`,
    credentials,
  })
}

async function tryOut(name: string, given: Partial<WriteTestInput> = {}) {
  const row = (await allConnections(accounts.db)).find((one) => one.name === name)
  if (row === undefined) throw new Error(`there is no connection ${name}`)
  return runWriteTest(await askingDeps(accounts.deciding), {
    row,
    person: null,
    signal: accounts.deciding.signal,
    told: () => undefined,
    ...given,
  })
}

/** What Todoist holds of a test; whatever the account had before is none. */
async function leftAtTodoist(): Promise<string[]> {
  const { body } = await accounts
    .user('work')
    .call<{ items: Item[]; projects: Item[] }>('POST', '/api/v1/sync', {
      sync_token: '*',
      resource_types: ['items', 'projects'],
    })
  return [...body.items.map(({ content }) => content), ...body.projects.map(({ name }) => name)].filter(
    (one) => /write test/iu.test(one),
  )
}

async function leftAtFub(person: string): Promise<string[]> {
  const { body } = await fub().call<{ tasks: { name: string }[] }>('GET', `/v1/tasks?personId=${person}`)
  return body.tasks.map(({ name }) => name)
}

const factsOf = (probes: readonly Probe[]) => probes.map(({ fact, state }) => `${fact}: ${state}`)
const fault = async (url: string, faults: readonly unknown[]) => {
  await simClient(url, {}).call('POST', '/__sim/faults', faults)
}

describe('a write test', () => {
  it('of Todoist makes, edits, completes and deletes one task in a list of its own, and leaves nothing', async () => {
    await accounts.connect('work')
    const { probes, exit } = await tryOut('work')
    expect(factsOf(probes)).toEqual([
      'new list: ok',
      'create: ok',
      'new task shown: ok',
      'keeps title: ok',
      'keeps notes: ok',
      'keeps due: ok',
      'keeps priority: ok',
      'keeps type: ok',
      'keeps completed: ok',
      'same create again: ok',
      'edit: ok',
      'edit shown: ok',
      'complete: ok',
      'complete shown: ok',
      'reopen: ok',
      'reopen shown: ok',
      'delete: ok',
      'delete shown: ok',
      'clean-up: ok',
    ])
    expect(exit).toBeNull()
    expect(await leftAtTodoist()).toEqual([])
  })

  it('of Follow Up Boss works on the person that was named, and finds a create whose answer was lost', async () => {
    await connectFub()
    const person = await addPerson()
    let titles = Promise.resolve<string[]>([])
    const { probes, exit } = await tryOut('crm', {
      person,
      told: ({ fact }) => {
        if (fact === 'new task shown') titles = leftAtFub(person)
      },
    })
    // By which every route leaves it alone (core/scope.test.ts).
    expect((await titles).map(isWriteTest)).toEqual([true])
    expect(factsOf(probes)).toEqual(
      expect.arrayContaining(['lost create: ok', 'edit shown: ok', 'delete shown: ok']),
    )
    expect({ exit, left: await leftAtFub(person) }).toEqual({ exit: null, left: [] })
  })

  it('writes nothing for a person that there is not', async () => {
    await connectFub()
    const before = JSON.stringify((await fub().call('GET', '/v1/tasks')).body)
    const { probes, exit } = await tryOut('crm', { person: '999999' })
    expect(probes).toMatchObject([
      { fact: 'ended', state: 'failed', words: expect.stringContaining('999999') },
    ])
    expect(exit).toBe(3)
    expect(JSON.stringify((await fub().call('GET', '/v1/tasks')).body)).toBe(before)
  })

  it('cleans up after itself when a write of it fails', async () => {
    await accounts.connect('work')
    // The edit that comes next has no answer that tells whether it was done.
    const { exit, probes } = await tryOut('work', {
      told: ({ fact }) => {
        if (fact === 'same create again')
          void fault(accounts.sims.work.url, [{ match: 'POST /api/v1/sync', nth: 1, do: 'status:503' }])
      },
    })
    expect(factsOf(probes).slice(-2)).toEqual(['ended: failed', 'clean-up: ok'])
    expect({ exit, left: await leftAtTodoist() }).toEqual({ exit: 3, left: [] })
  })

  it('cleans up after itself when it is called off', async () => {
    await connectFub()
    const person = await addPerson()
    const controller = new AbortController()
    const { probes } = await tryOut('crm', {
      person,
      signal: controller.signal,
      told: ({ fact }) => {
        if (fact === 'create') controller.abort()
      },
    })
    expect(factsOf(probes).slice(-2)).toEqual(['ended: failed', 'clean-up: ok'])
    expect(await leftAtFub(person)).toEqual([])
  })

  it('looks for a task whose answer was lost, and deletes it', async () => {
    await connectFub()
    const person = await addPerson()
    await fault(accounts.sims.crm.url, [{ match: 'POST /v1/tasks', nth: 1, do: 'reply-lost' }])
    const { probes } = await tryOut('crm', { person })
    expect(factsOf(probes)).toEqual(['ended: failed', 'clean-up: ok'])
    expect(await leftAtFub(person)).toEqual([])
  })
})
