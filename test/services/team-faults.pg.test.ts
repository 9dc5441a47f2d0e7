import { afterAll, beforeAll, expect, it } from 'vitest'
import { ProviderError } from '../../src/providers/provider-error.ts'
import { Trouble } from '../../src/workflows/settle.ts'
import type { AsActivity } from '../histories/worker.ts'
import { type Agent, type FubTaskOf, type Office, openOffice } from './team-office.ts'

/* A task goes from agent to agent while workers die and answers are lost. */

let office: Office
let task: FubTaskOf
const IDS = { bea: 2, sam: 7 } as const
const OTHER = { bea: 'sam', sam: 'bea' } as const
let holder: Agent = 'bea'

beforeAll(async () => {
  office = await openOffice({ deals: false })
  task = await office.addTask('Call Tom', IDS.bea)
  await office.settle()
  await office.edit('bea', 'Call Tom', { labels: ['garden'], description: 'He likes dogs' })
  await office.settle()
})
afterAll(() => office[Symbol.asyncDispose]())

class Died extends Error {}

/** A worker who dies when its nth step is done, before anybody has heard of it. */
function mortal(nth: number) {
  const life = { steps: 0, died: false }
  const asActivity: AsActivity = async (work) => {
    life.steps += 1
    if (life.died) throw new Died()
    const done = await orTrouble(work)
    life.died = life.steps === nth
    if (life.died) throw new Died()
    return done
  }
  return { life, asActivity }
}

async function orTrouble<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ProviderError ? new Trouble(error.kind, error.message) : error
  }
}

async function handOver(asActivity?: AsActivity): Promise<void> {
  holder = OTHER[holder]
  await office.assign(task, IDS[holder])
  await office.settle(asActivity).catch((error: unknown) => {
    if (!(error instanceof Died)) throw error
  })
}

async function expectHeld(): Promise<void> {
  await office.settle()
  expect(await office.holders('Call Tom')).toEqual([holder])
  const item = await office.item(holder, 'Call Tom')
  expect(item.labels).toEqual(['garden'])
  expect(item.description).toMatch(/^He likes dogs\n\n---\n/u)
  expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0, assignedUserId: IDS[holder] })
  expect(await office.db`select from conflict`).toHaveLength(0)
}

it('a worker dies between any two steps', { timeout: 60_000 }, async () => {
  let died = true
  for (let nth = 1; died; nth += 1) {
    const { life, asActivity } = mortal(nth)
    await handOver(asActivity)
    died = life.died
    await expectHeld()
  }
})

// The first is a look. The last four of whoever had it ask for its comments, what lies below it and what is new, and delete it.
it.each([2, 3, 4, 5, 6])('the answer to request %i of both agents is lost', async (nth) => {
  for (const agent of ['bea', 'sam'] as const) office.weather[agent].on('reply-lost', { nth })
  await handOver()
  await expectHeld()
})

it('a list that still shows the old assignee takes no task away', async () => {
  await handOver()
  await expectHeld()
  const made = await office.item(holder, 'Call Tom')
  const stale = { assignedUserId: IDS[OTHER[holder]] }
  office.weather.crm.alter((body) => {
    const { tasks } = body as { readonly tasks?: readonly object[] }
    return tasks === undefined
      ? body
      : { ...(body as object), tasks: tasks.map((row) => ({ ...row, ...stale })) }
  })
  await office.crm.call('PUT', `/v1/tasks/${task.id}`, { name: 'Call Tom' })
  await office.pull()
  await office.worker('bea').work()
  office.weather.crm.alter(null)
  await expectHeld()
  expect((await office.item(holder, 'Call Tom')).id).toBe(made.id)
})
