import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Agent, type Office, openOffice } from './team-office.ts'

/* Tasks that go from agent to agent lie under the same deal in the other one's Todoist. */

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office[Symbol.asyncDispose]())

const [BEA, SAM, SHOWING] = [2, 7, 11]

const make = async (path: string, body: object) =>
  (await office.crm.call<{ id: number }>('POST', path, body)).body.id
const sectionOf = async (agent: Agent, content: string) => {
  const { section_id } = await office.item(agent, content)
  const path = '/api/v1/sections?limit=200'
  const { body } = await office.todoist[agent].call<{ results: { id: string; name: string }[] }>('GET', path)
  return body.results.find(({ id }) => id === section_id)?.name ?? null
}

it('a task lies in the section of its deal, made anew', async () => {
  const personId = await make('/v1/people', { name: 'Tom Baker' })
  await make('/v1/deals', { name: '12 Oak Street', stageId: SHOWING, peopleIds: [personId] })
  const task = await office.addTask('Call Tom', BEA, personId)
  await office.settle()
  expect(await sectionOf('bea', 'Call Tom')).toContain('12 Oak Street')
  await office.assign(task, SAM)
  await office.settle()
  expect(await office.holders('Call Tom')).toEqual(['sam'])
  expect(await sectionOf('sam', 'Call Tom')).toContain('12 Oak Street')
})

it('of several deals that which its old agent had chosen', async () => {
  const personId = await make('/v1/people', { name: 'Ann Baker' })
  await make('/v1/deals', { name: 'First house', stageId: SHOWING, peopleIds: [personId] })
  const second = await make('/v1/deals', { name: 'Second house', stageId: SHOWING, peopleIds: [personId] })
  const task = await office.addTask('Call Ann', BEA, personId)
  await office.settle()
  await office.edit('bea', 'Call Ann', { labels: [`deal-${second}`] })
  await office.settle()
  expect(await sectionOf('bea', 'Call Ann')).toContain('Second house')
  await office.assign(task, SAM)
  await office.settle()
  expect(await sectionOf('sam', 'Call Ann')).toContain('Second house')
  expect((await office.item('sam', 'Call Ann')).labels).toEqual([])
  expect(await office.holders('Call Ann')).toEqual(['sam'])
})
