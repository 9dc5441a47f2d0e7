import { day } from '../../src/core/due.ts'
import type { Field, FieldValues } from '../../src/core/task.ts'
import type { MemoryService, StoredTask } from '../../src/providers/memory/service.ts'
import { pick } from './scheduler.ts'
import { GENERAL, type World } from './world.ts'

export type Side = 'left' | 'right'

/** A value that a user wrote, and the service's count at that change. */
export type UserWrite = {
  readonly token: string
  readonly side: Side
  readonly remoteId: string
  readonly field: Field
  readonly value: unknown
  readonly change: number
}

/** What users did, by the token that each task carries in its title from its first day. */
export type Doings = {
  readonly tokens: string[]
  readonly createdOn: Map<string, Side>
  readonly deleted: { token: string; side: Side }[]
  readonly writes: UserWrite[]
}

export function noDoings(): Doings {
  return { tokens: [], createdOn: new Map(), deleted: [], writes: [] }
}

const PEOPLE = ['p1', 'p2', 'p3']
const TOKEN = /T\d+/u
/** The words that name a person; a user leaves them in place as long as they are there. */
const HINT = / person:\S+/u

export function withoutHint(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(HINT, '') : value
}

export function tokenOf(task: StoredTask): string {
  return TOKEN.exec(task.task.title)?.[0] ?? ''
}

/** One random action of a user on a random side. */
export function act(world: World, rng: () => number, doings: Doings): void {
  const side: Side = rng() < 0.5 ? 'left' : 'right'
  const service = world[side]
  const alive = service.alive().filter((task) => tokenOf(task) !== '')
  if (alive.length === 0 || rng() < 0.25) {
    create(world, rng, doings, side)
    return
  }
  const task = pick(rng, alive)
  const choice = rng()
  if (choice < 0.45) {
    const title = `${tokenOf(task)} v${Math.floor(rng() * 1000)}${HINT.exec(task.task.title)?.[0] ?? ''}`
    edit(doings, side, service, task, { title })
  } else if (choice < 0.65)
    edit(doings, side, service, task, { due: day(`2026-12-${10 + Math.floor(rng() * 19)}`) })
  else if (choice < 0.9) edit(doings, side, service, task, { completed: !task.task.completed })
  else {
    service.delete(task.id)
    doings.deleted.push({ token: tokenOf(task), side })
  }
}

function create(world: World, rng: () => number, doings: Doings, side: Side): void {
  const token = `T${doings.tokens.length + 1}`
  doings.tokens.push(token)
  doings.createdOn.set(token, side)
  const person = pick(rng, PEOPLE)
  const title = side === 'left' ? `${token} new` : `${token} new person:${person}`
  const id = world[side].create({
    fields: { title },
    person: side === 'left' ? person : null,
    container: side === 'left' ? null : world.right.container(GENERAL),
    marker: null,
    // The key's own user: nothing but the words of a task tells a user's from ours.
    madeBy: 'us',
  })
  note(doings, side, world[side], id, { title })
}

function edit(
  doings: Doings,
  side: Side,
  service: MemoryService,
  task: StoredTask,
  fields: FieldValues,
): void {
  service.edit(task.id, fields)
  note(doings, side, service, task.id, fields)
}

function note(
  doings: Doings,
  side: Side,
  service: MemoryService,
  remoteId: string,
  fields: FieldValues,
): void {
  const token = tokenOf(service.get(remoteId) as StoredTask)
  for (const field of Object.keys(fields) as Field[]) {
    doings.writes.push({
      token,
      side,
      remoteId,
      field,
      value: withoutHint(fields[field]),
      change: service.changes,
    })
  }
}

export function lastWrite(doings: Doings, token: string, side: Side, field: Field): UserWrite | undefined {
  return doings.writes.filter((one) => one.token === token && one.side === side && one.field === field).at(-1)
}
