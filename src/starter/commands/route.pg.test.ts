import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, settleIn } from '../../../test/activities/in-world.ts'
import { makeWorld, type World } from '../../../test/histories/world.ts'
import { decidingIn, type TestDeciding } from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { routeById, setRouteState } from '../../store/routes.ts'
import { list, pause, resume } from './route.ts'

let record: TestRecord
let world: World
let deciding: TestDeciding
let name: string

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  deciding = decidingIn(world)
  name = (await routeById(record.db, world.routeId)).name
})

const settle = () => settleIn(world, record.clock)
const stateNow = async () => (await routeById(record.db, world.routeId)).state

it('a paused route writes nothing, and carries over afterwards what changed meanwhile, new tasks too', async () => {
  const known = addLeft(world, 'One')
  await settle()
  const { lines, outcome } = await pause(deciding, name, {})
  expect([lines[0], outcome]).toEqual([
    `Route ${name} is paused: nothing is written, and changes are kept for later.`,
    0,
  ])
  world.left.edit(known, { title: 'Two' })
  addLeft(world, 'New')
  await settle()
  expect(world.right.alive().map(({ task }) => task.title)).toEqual(['One'])

  expect((await resume(deciding, name, {})).outcome).toBe(0)
  expect(deciding.woken).toEqual([world.leftId, world.rightId])
  await settle()
  expect(world.right.alive().map(({ task }) => task.title)).toEqual(['Two', 'New'])
})

it('goes back to the state in which it was paused', async () => {
  await setRouteState(record.db, world.routeId, 'matching')
  await pause(deciding, name, {})
  await resume(deciding, name, {})
  expect(await stateNow()).toBe('matching')
})

it('is shown only, with --dry-run', async () => {
  const { json } = await pause(deciding, name, { dryRun: true })
  expect(json).toEqual({ route: name, state: 'paused', changed: true })
  expect(await stateNow()).toBe('active')
})

it('paused twice, or resumed without a pause, stays as it is', async () => {
  expect((await resume(deciding, name, {})).lines).toEqual([
    `Route ${name} is active: there is nothing to resume.`,
  ])
  await pause(deciding, name, {})
  expect((await pause(deciding, name, {})).lines[0]).toBe(`Route ${name} was paused already.`)
  await resume(deciding, name, {})
  expect(await stateNow()).toBe('active')
})

it.each(['draft', 'stopped'] as const)('a route that is %s cannot be paused', async (state) => {
  await setRouteState(record.db, world.routeId, state)
  await expect(pause(deciding, name, {})).rejects.toMatchObject({ code: 'CANNOT_PAUSE', exitCode: 2 })
  expect(await stateNow()).toBe(state)
})

describe('a route that was stopped before it ended very many tasks', () => {
  beforeEach(async () => {
    await record.db`
      update route set policy = jsonb_set(policy, '{deletes,right}', '"propagate"') where id = ${world.routeId}`
    for (let n = 0; n < 12; n += 1) addLeft(world, `Task ${n}`)
    while (world.right.alive().length < 12) await settle()
    await record.clock.advance(61_000)
    for (const { id } of world.right.alive()) world.right.delete(id)
    await settle()
    expect(await stateNow()).toBe('stopped')
  })

  it('shows what it would end, and stays stopped', async () => {
    const { lines, outcome, json } = await resume(deciding, name, {})
    expect(outcome).toBe(3)
    expect(lines[0]).toBe(
      `Route ${name} stays stopped: 12 tasks would have ended within ten minutes, 10 may.`,
    )
    expect(lines).toContain('  12 × delete in Bare')
    expect(lines.join('\n')).toContain(`route resume ${name} --once`)
    expect(json).toMatchObject({ state: 'stopped', changed: false, stop: { counted: 12, limit: 10 } })
    expect(await stateNow()).toBe('stopped')
    expect(world.left.alive()).toHaveLength(12)
  })

  it('lets through what is shown, once', async () => {
    expect((await resume(deciding, name, { once: true, dryRun: true })).outcome).toBe(0)
    expect(await stateNow()).toBe('stopped')
    const { lines, outcome } = await resume(deciding, name, { once: true })
    expect([outcome, lines[0]]).toEqual([0, `Route ${name} goes on, with what is shown here let through.`])
    expect(lines.at(-1)).toContain('undo --since 1h')
    await settle()
    expect(world.left.alive()).toHaveLength(0)
    expect(await stateNow()).toBe('active')
  })
})

it('there is none of that name', async () => {
  await expect(pause(deciding, 'nope', {})).rejects.toMatchObject({ code: 'NO_SUCH_ROUTE', exitCode: 2 })
})

it('the list has every route with its two sides', async () => {
  const { json, lines } = await list(deciding)
  const { routes } = json as { routes: { route: string }[] }
  expect(routes.find((one) => one.route === name)).toMatchObject({
    state: 'active',
    left: expect.stringMatching(/^bare-/),
    right: expect.stringMatching(/^feed-/),
    conflicts: 'newest',
    pairs: 0,
    pending: 0,
  })
  const row = lines.find((line) => line.startsWith(name))
  expect(row?.split(/ {2,}/u).slice(0, 3)).toEqual([
    name,
    'active',
    expect.stringMatching(/^bare-.* ↔ feed-/u),
  ])
})
