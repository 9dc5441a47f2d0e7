import { beforeEach, describe, expect, it } from 'vitest'
import { type Office, OWNER, openOffice } from './team-office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice({ deals: false })
  return () => office[Symbol.asyncDispose]()
})

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
    const [before] = await office.items('bea')
    await office.edit('bea', 'Call Tom', { description: `He likes dogs\n${before?.description ?? ''}` })
    await office.settle()
    await office.assign(task, SAM)
    await office.settle()
    expect(await office.titles()).toEqual({ bea: [], sam: ['Call Tom'] })
    const [moved] = await office.items('sam')
    expect(moved).toMatchObject({ labels: ['garden'], priority: 4 })
    expect(moved?.description).toMatch(/^He likes dogs\n/u)
    expect(moved?.description.match(/dealbridge:/gu)).toHaveLength(1)
    await office.edit('sam', 'Call Tom', { labels: ['garden', 'dog'] })
    await office.assign(task, BEA)
    await office.settle()
    expect(await office.titles()).toEqual({ bea: ['Call Tom'], sam: [] })
    expect((await office.items('bea'))[0]).toMatchObject({ labels: ['dog', 'garden'], priority: 4 })
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0, assignedUserId: BEA })
    const writes = await office.db`select from op`
    await office.settle()
    expect(await office.db`select from op`).toHaveLength(writes.length)
  })
})
