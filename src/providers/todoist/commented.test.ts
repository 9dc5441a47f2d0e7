import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { todoistConnection } from '../../../test/todoist/connection.ts'
import { createOp, step, updateOp } from '../../../test/todoist/ops.ts'
import { type Simulated, startSimulated } from '../../../test/todoist/simulated.ts'
import type { WriteOp } from '../contract.ts'
import { createTodoist } from './index.ts'

/* A delete that spares what somebody has commented on. */

const provider = createTodoist()
let sim: Simulated
let id: string
beforeAll(async () => {
  sim = await startSimulated()
})
beforeEach(async () => {
  await sim.reset()
  const { results } = await provider.write(todoistConnection(sim.url), [createOp({ title: 'One' })])
  id = results[0]?.remoteId ?? ''
})
afterAll(() => sim.close())

const OURS = 'Dealbridge: whose task is this?'
const HEADERS = { authorization: 'Bearer token', 'content-type': 'application/json' }

async function comment(content: string): Promise<string> {
  const body = JSON.stringify({ task_id: id, content })
  const answer = await fetch(`${sim.url}/api/v1/comments`, { method: 'POST', headers: HEADERS, body })
  return ((await answer.json()) as { id: string }).id
}

const remove = async (given: Pick<WriteOp, 'spares'> = {}) => {
  const op = { ...updateOp(id, null, [step('delete')]), ...given }
  return (await provider.write(todoistConnection(sim.url), [op])).results[0]?.steps[0]
}

it('is done where nobody has, or we alone, by whose comment is known', async () => {
  const ours = await comment(OURS)
  expect(await remove({ spares: { but: { id: ours, text: 'as it was before' } } })).toMatchObject({
    outcome: 'confirmed',
  })
  expect(await sim.items()).toEqual([])
})

it('is done where our comment is known by its text alone', async () => {
  await comment(OURS)
  expect(await remove({ spares: { but: { id: null, text: OURS } } })).toMatchObject({ outcome: 'confirmed' })
})

it('is refused where somebody has, and the task stays', async () => {
  const ours = await comment(OURS)
  await comment('He was out')
  expect(await remove({ spares: { but: { id: ours, text: OURS } } })).toMatchObject({
    outcome: 'refused',
    error: { kind: 'conflict' },
  })
  expect(await remove({ spares: { but: null } })).toMatchObject({ outcome: 'refused' })
  expect(await sim.items()).toMatchObject([{ id }])
})

it('is done of a task that is gone', async () => {
  await remove()
  expect(await remove({ spares: { but: null } })).toMatchObject({ outcome: 'confirmed' })
})

it('asks for no comments where it spares nothing', async () => {
  await comment('He was out')
  expect(await remove()).toMatchObject({ outcome: 'confirmed' })
})
