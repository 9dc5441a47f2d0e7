import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Office, OWNER, openOffice } from './team-office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice({ deals: false })
})
afterAll(() => office[Symbol.asyncDispose]())

const BEA = 2
const SAM = 7

it('each agent has their own tasks, and nobody has those of others', async () => {
  await office.addTask('For Bea', BEA)
  await office.addTask('For Sam', SAM)
  await office.addTask('For the owner', OWNER)
  await office.settle()
  expect(await office.titles()).toEqual({ bea: ['For Bea'], sam: ['For Sam'] })
})

describe('a task that is assigned to another agent', () => {
  it('goes with notes, labels and priority, and back again', async () => {
    const task = await office.addTask('Call Tom', BEA)
    await office.settle()
    await office.edit('bea', 'Call Tom', { labels: ['garden'], priority: 4 })
    const before = await office.item('bea', 'Call Tom')
    await office.edit('bea', 'Call Tom', { description: `He likes dogs\n${before.description ?? ''}` })
    await office.settle()
    await office.assign(task, SAM)
    await office.settle()
    expect(await office.holders('Call Tom')).toEqual(['sam'])
    const moved = await office.item('sam', 'Call Tom')
    expect(moved).toMatchObject({ labels: ['garden'], priority: 4 })
    expect(moved.description).toMatch(/^He likes dogs\n/u)
    expect(moved.description.match(/dealbridge:/gu)).toHaveLength(1)
    await office.edit('sam', 'Call Tom', { labels: ['garden', 'dog'] })
    await office.assign(task, BEA)
    await office.settle()
    expect(await office.holders('Call Tom')).toEqual(['bea'])
    expect(await office.item('bea', 'Call Tom')).toMatchObject({ labels: ['dog', 'garden'], priority: 4 })
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0, assignedUserId: BEA })
    const writes = await office.db`select from op`
    await office.settle()
    expect(await office.db`select from op`).toHaveLength(writes.length)
  })

  it('takes along what its old agent typed in the last moment, and what its new one has typed already', async () => {
    const task = await office.addTask('Call Ann', BEA)
    await office.settle()
    await office.edit('bea', 'Call Ann', { description: 'First words' })
    await office.settle()
    await office.assign(task, SAM)
    await office.pull()
    // Sam's is made, and Bea's is still there.
    await office.worker('bea').work()
    const made = await office.item('sam', 'Call Ann')
    expect(made.description).toMatch(/^First words/u)
    await office.todoist.bea.call('POST', `/api/v1/tasks/${(await office.item('bea', 'Call Ann')).id}`, {
      content: 'Call Ann at noon',
      description: 'Last words',
      labels: ['late'],
      priority: 3,
    })
    await office.edit('sam', 'Call Ann', { description: 'Words of Sam', labels: ['early'], priority: 2 })
    await office.settle()
    expect(await office.holders('Call Ann at noon')).toEqual(['sam'])
    const moved = await office.item('sam', 'Call Ann at noon')
    expect(moved.description).toMatch(/^Words of Sam\n\nLast words/u)
    expect(moved).toMatchObject({ labels: ['early', 'late'], priority: 2 })
    expect(await office.crmTask(task)).toMatchObject({ name: 'Call Ann at noon' })
    // Of two priorities one stands, and the other is kept.
    const kept = await office.db`select field, "left" as old, "right" as stands, decision from conflict`
    expect(kept).toEqual([{ field: 'priority', old: 2, stands: 3, decision: 'right' }])
  })

  it('that repeats goes on repeating', async () => {
    const task = await office.addTask('Water the plants', BEA)
    await office.settle()
    await office.edit('bea', 'Water the plants', { due_string: 'every monday' })
    await office.settle()
    await office.assign(task, SAM)
    await office.settle()
    expect(await office.holders('Water the plants')).toEqual(['sam'])
    expect((await office.item('sam', 'Water the plants')).due).toMatchObject({
      is_recurring: true,
      string: 'every monday',
    })
  })

  it('and on to a third, or back at once, ends with the last one', async () => {
    const task = await office.addTask('Call Max', BEA)
    await office.settle()
    await office.assign(task, SAM)
    await office.pull()
    await office.assign(task, BEA)
    await office.settle()
    expect(await office.holders('Call Max')).toEqual(['bea'])
    await office.assign(task, SAM)
    await office.pull()
    await office.worker('bea').work()
    await office.assign(task, BEA)
    await office.settle()
    expect(await office.holders('Call Max')).toEqual(['bea'])
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0 })
  })

  it('is completed by either of them', async () => {
    const task = await office.addTask('Call Ned', BEA)
    await office.settle()
    await office.assign(task, SAM)
    await office.todoist.bea.call('POST', `/api/v1/tasks/${(await office.item('bea', 'Call Ned')).id}/close`)
    await office.settle()
    expect(await office.holders('Call Ned')).toEqual([])
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 1 })
  })
})

it('a task that an agent makes is theirs in the CRM', async () => {
  await office.addTask('First', SAM)
  await office.settle()
  const { project_id } = await office.item('sam', 'First')
  await office.todoist.sam.call('POST', '/api/v1/tasks', {
    content: 'Call [Curtis Crisp]',
    project_id,
  })
  await office.settle()
  const { body } = await office.crm.call<{ tasks: { name: string; assignedUserId: number }[] }>(
    'GET',
    '/v1/tasks?limit=100',
  )
  expect(body.tasks.find(({ name }) => name === 'Call')?.assignedUserId).toBe(SAM)
  expect(await office.holders('Call')).toEqual(['sam'])
})
