import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { countingGate, todoistConnection } from '../../../test/todoist/connection.ts'
import { type Simulated, startSimulated } from '../../../test/todoist/simulated.ts'
import type { PersonalLabels } from '../contract.ts'
import { createTodoist } from './index.ts'

const labels: PersonalLabels = createTodoist().labels ?? fail()
let sim: Simulated

beforeAll(async () => {
  sim = await startSimulated()
})
beforeEach(() => sim.reset())
afterAll(() => sim.close())

function fail(): never {
  throw new Error('Todoist has no labels')
}

type Listed = { readonly results: readonly { readonly name: string; readonly color: string }[] }
const listed = async () => {
  const { results } = (await sim.user('/labels?limit=200')) as unknown as Listed
  return results.map(({ name, color }) => [name, color])
}
const numbered = (count: number) =>
  Array.from({ length: count }, (_, nth) => ({ name: `label-${nth}`, color: 'grape' }))

it('are made with their colours; a label of its user keeps its own', async () => {
  await sim.user('/labels', { name: 'Call', color: 'lime_green' })
  const made = await labels.make(todoistConnection(sim.url), [
    { name: 'call', color: 'red' },
    { name: 'showing', color: 'grape' },
  ])
  expect(made).toEqual(['showing'])
  expect(await listed()).toEqual([
    ['Call', 'lime_green'],
    ['showing', 'grape'],
  ])
})

it('are made 100 a request, and all of them are listed', async () => {
  const gate = countingGate()
  await labels.make(todoistConnection(sim.url, { gate }), numbered(230))
  expect(gate.taken).toEqual(['rest', 'sync-partial', 'sync-partial', 'sync-partial'])
  expect(await labels.list(todoistConnection(sim.url))).toHaveLength(230)
})

it('cost one request where there is nothing to make', async () => {
  await labels.make(todoistConnection(sim.url), numbered(3))
  const gate = countingGate()
  expect(await labels.make(todoistConnection(sim.url, { gate }), numbered(3))).toEqual([])
  expect(gate.taken).toEqual(['rest'])
})

it('of which the account takes no more are refused, after the rest was made', async () => {
  await sim.settings({ labels: 2 })
  await expect(labels.make(todoistConnection(sim.url), numbered(4))).rejects.toMatchObject({
    kind: 'limit-reached',
    hint: expect.stringContaining('labels'),
  })
  expect(await listed()).toHaveLength(2)
})

it('that somebody made in the same moment are there, and no error', async () => {
  const gate = countingGate()
  const racing = {
    ...gate,
    async take(context: string) {
      // Between the look and the write.
      if (context === 'sync-partial') await sim.user('/labels', { name: 'Label-0', color: 'red' })
      return gate.take(context)
    },
  }
  const made = await labels.make(todoistConnection(sim.url, { gate: racing }), numbered(2))
  expect(made).toEqual(['label-1'])
  expect(await listed()).toEqual([
    ['Label-0', 'red'],
    ['label-1', 'grape'],
  ])
})
