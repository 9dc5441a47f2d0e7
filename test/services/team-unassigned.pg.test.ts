import { afterAll, beforeAll, expect, it } from 'vitest'
import { AGENTS, type Office, openOffice } from './team-office.ts'

/* Tasks that nobody is assigned to are those of one route, if it says so. */

let office: Office
/** Tasks that the CRM shows without an assignee: the simulated one knows none such. */
const nobodys = new Set<number>()

beforeAll(async () => {
  office = await openOffice({ deals: false, assignees: { bea: { only: [AGENTS.bea], unassigned: true } } })
  const unassigned = (row: unknown): unknown => {
    const task = row as { readonly id?: number }
    return task.id !== undefined && nobodys.has(task.id)
      ? { ...task, assignedUserId: 0, AssignedTo: null }
      : row
  }
  office.weather.crm.alter((body) => {
    const { tasks } = body as { readonly tasks?: readonly unknown[] }
    return tasks === undefined ? unassigned(body) : { ...(body as object), tasks: tasks.map(unassigned) }
  })
})
afterAll(() => office[Symbol.asyncDispose]())

it('they go to the agent whom they are assigned to later', async () => {
  const task = await office.addTask('Call Tom', Number(AGENTS.sam))
  nobodys.add(task.id)
  await office.settle()
  expect(await office.holders('Call Tom')).toEqual(['bea'])
  await office.edit('bea', 'Call Tom', { description: 'He likes dogs' })
  await office.settle()
  nobodys.delete(task.id)
  // What moves the service's own time of the last change, as an assignment does.
  await office.assign(task, Number(AGENTS.sam))
  await office.settle()
  expect(await office.holders('Call Tom')).toEqual(['sam'])
  expect((await office.item('sam', 'Call Tom')).description).toMatch(/^He likes dogs/u)
})
