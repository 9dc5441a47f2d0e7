import { afterAll, beforeAll, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { makeWorld } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { Db, Tx } from '../store/database.ts'
import type { Deps } from './deps.ts'
import { people } from './people.ts'
import { plan } from './plan.ts'
import { pull } from './pull.ts'
import { write } from './write.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

/** Somebody comes to it and waits until it is opened. */
class Gate {
  #come = () => {}
  #open = () => {}
  readonly reached = new Promise<void>((resolve) => {
    this.#come = resolve
  })
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve
  })

  async pass(): Promise<void> {
    this.#come()
    await this.#opened
  }

  open(): void {
    this.#open()
  }
}

/** A pool whose transactions wait at a gate before they write pictures of tasks. */
function waitingToSave(db: Db, gate: Gate): Db {
  const held = (tx: Tx): Tx =>
    new Proxy(tx, {
      apply: (target, self, args: readonly unknown[]) => {
        const run = () => Reflect.apply(target, self, args) as unknown
        return String(args[0]).includes('insert into remote_task') ? gate.pass().then(run) : run()
      },
    })
  return new Proxy(db, {
    get(target, name) {
      if (name !== 'begin') return Reflect.get(target, name) as unknown
      return (work: (tx: Tx) => Promise<unknown>) => target.begin((tx) => work(held(tx)))
    },
  })
}

/** Deps of a write whose answer waits at a gate on its way. */
function answeringLate(deps: Deps, kind: string, gate: Gate): Deps {
  const provider = deps.providers.get(kind)
  if (provider === undefined) throw new Error(`there is no provider ${kind}`)
  const slow: typeof provider.write = async (connection, ops) => {
    const reply = await provider.write(connection, ops)
    await gate.pass()
    return reply
  }
  return { ...deps, providers: new Map([...deps.providers, [kind, { ...provider, write: slow }]]) }
}

it('an edit of a task that we have just made is carried over, though the pull that saw it found no picture of the task', async () => {
  const world = await makeWorld(record.db, record.clock)
  const deps = plainDeps(world)
  const { signal } = new AbortController()
  addLeft(world, 'One')
  await testWorker(world, async () => undefined).pull('left', 'incremental')
  const [pair] = await record.db<{ id: string }[]>`select id from pair where route_id = ${world.routeId}`
  const pairIds = [pair?.id ?? '']
  const asked = await plan(deps, { pairIds })
  for (const person of asked.people) await people(deps, { ...person, priority: 'change' }, signal)
  const [call] = (await plan(deps, { pairIds, since: asked.since })).writes
  if (call === undefined) throw new Error('nothing is to be written')

  const answer = new Gate()
  const writing = write(answeringLate(deps, call.provider, answer), { ...call, priority: 'change' }, signal)
  await answer.reached
  await record.clock.advance(1_000)
  const copy = world.right.alive()[0]?.id ?? ''
  world.right.edit(copy, { title: 'Edited by its user' })
  // By its marker the pull would know whose it is, and wait for the answer.
  world.right.beside(copy, { marker: null })
  await record.clock.advance(100)

  const save = new Gate()
  const late = { ...deps, db: waitingToSave(deps.db, save) }
  const pulling = pull(late, { connectionId: world.rightId, mode: 'incremental', priority: 'poll' }, signal)
  await save.reached
  await record.clock.advance(10)
  answer.open()
  await writing
  save.open()
  await pulling

  for (let round = 0; round < 3; round += 1) {
    await record.clock.advance(60_000)
    await settleIn(world, record.clock)
  }
  expect(world.left.alive().map(({ task }) => task.title)).toEqual(['Edited by its user'])
  expect(world.right.alive().map(({ task }) => task.title)).toEqual(['Edited by its user'])
})
