import { otherThan, type Side } from '../services/sides.ts'
import type { Doings } from './doings.ts'
import type { KnownFault } from './known.ts'
import { NAMES, type Pair, PLACES, type Place, SERVICES } from './pairs.ts'
import type { Create, Edit } from './script.ts'
import type { SeenTask, UserApp } from './side.ts'
import type { Timeline } from './timeline.ts'
import { FIELDS, type Field, LABELS, same, type Values } from './values.ts'

export type Stage = {
  readonly avoid: readonly KnownFault[]
  readonly pair: Pair
  readonly apps: Readonly<Record<Side, UserApp>>
  readonly doings: Doings
  readonly timeline: Timeline
  /** The number of the next event of all. */
  next(): number
  tell(line: string): void
}

export async function create(stage: Stage, { side, token, value, list, of, repeats }: Create): Promise<void> {
  const { doings } = stage
  if (doings.made.has(token)) return
  const above =
    of === undefined ? undefined : (await stage.apps[side].tasks()).find((one) => one.token === of)
  if (of !== undefined && (above === undefined || doings.repeats.has(of) || repeats === true)) return
  const draft = {
    token,
    title: `${token} new`,
    notes: (value * 7) % 1 < 0.3 ? noteOf(token, value) : '',
    due: repeats ? '2026-12-01' : dueOf(value),
    priority: priorityOf(value * 3),
    labels: LABELS.filter((_, n) => (value * (11 + n)) % 1 < 0.25),
    list: above?.values.list ?? list,
    parent: above?.id ?? null,
    repeats: repeats === true && SERVICES[stage.pair][side] === 'caldav',
    value,
  }
  await doing(stage, side, null, () => stage.apps[side].add(draft))
  const made = (await stage.apps[side].tasks()).find((one) => one.token === token)
  if (made === undefined) return
  doings.made.set(token, { side, count: stage.next() })
  if (made.repeats) doings.repeats.set(token, side)
  tell(stage, side, `makes ${JSON.stringify(made.values)}${made.repeats ? ', daily' : ''}`)
}

/** Several edits in the same second, each of one task on one side. */
export async function edit(stage: Stage, edits: readonly Edit[]): Promise<void> {
  for (const one of edits) await editOne(stage, one)
}

async function editOne(stage: Stage, { side, verb, token, value }: Edit): Promise<void> {
  const { doings } = stage
  const app = stage.apps[side]
  const tasks = await app.tasks()
  const task =
    currentOf(tasks, token) ?? currentOf(tasks, tasks[Math.floor(value * tasks.length)]?.token ?? '')
  if (task === undefined || task.token === '') return
  const { id, values, token: own } = task
  const series = doings.repeats.has(own)
  const act = (what: string, work: () => Promise<void>, closes = false) => {
    tell(stage, side, `${verb} ${own}${what === '' ? '' : `: ${what}`}`)
    return doing(stage, side, closes ? own : null, work)
  }
  switch (verb) {
    case 'rename': {
      const title = `${own} v${Math.floor(value * 1000)}`
      return act(title, () => app.change(id, { title }))
    }
    case 'undo': {
      const title = before(stage, side, own, values.title)
      return act(title, () => app.change(id, { title }))
    }
    case 'note': {
      const notes = value < 0.15 ? '' : noteOf(own, value)
      return act(notes, () => app.change(id, { notes }))
    }
    case 'due':
    case 'clear-due': {
      // The dates of a series tell how many of its occurrences are over.
      if (series) return
      const due = verb === 'due' ? (dueOf(value) ?? '2026-12-31') : null
      // Who sets what is there changes at most how it is written, and says nothing new.
      if (due === values.due) return
      return act(String(due), () => app.change(id, { due }))
    }
    case 'priority': {
      const priority = priorityOf(value)
      return act(String(priority), () => app.change(id, { priority }))
    }
    case 'label': {
      const name = LABELS[Math.floor(value * LABELS.length)] ?? LABELS[0]
      const on = !values[`label ${name}`]
      return act(`${on ? '+' : '-'}${name}`, () => app.change(id, { label: { name, on } }))
    }
    case 'complete':
      if (values.completed) return
      return act('', () => app.complete(id), series)
    case 'reopen':
      // An occurrence that is over stays over.
      if (!values.completed || series) return
      return act('', () => app.reopen(id))
    case 'delete':
      return act('', () => app.remove(id))
    case 'move':
    case 'move-out': {
      const to: Place = verb === 'move-out' ? 'out' : (PLACES[Math.floor(value * 2)] ?? 'one')
      if (values.list === to) return
      return act(to, () => app.move(id, to))
    }
    case 'below': {
      const others = tasks.filter((one) => one.values.list === values.list && !isBelow(tasks, one, own))
      const above = value < 0.3 ? undefined : others[Math.floor(value * others.length)]
      if (series || (above !== undefined && doings.repeats.has(above.token))) return
      if ((above?.token ?? null) === values.parent) return
      if (above !== undefined && stage.avoid.includes('parent-unseen')) {
        const there = await stage.apps[otherThan(side)].tasks()
        if (!there.some((one) => one.token === above.token)) return
      }
      return act(above?.token ?? 'nothing', () => app.putBelow(id, above?.id ?? null))
    }
    case 'decorate':
      doings.decorated.push({ token: own, side })
      return act('', () => app.decorate(id, value))
  }
}

/** The open one of several, or else the last: those before it are over. */
export function currentOf(tasks: readonly SeenTask[], token: string): SeenTask | undefined {
  const all = tasks.filter((one) => one.token === token)
  return all.findLast(({ values }) => !values.completed) ?? all.at(-1)
}

/**
 * What a user does, and with him his app or its service: whatever differs afterwards is noted as written by him. `closes`: the
 * token of a series whose occurrence he closes, which is no field of it.
 */
async function doing(
  stage: Stage,
  side: Side,
  closes: string | null,
  work: () => Promise<void>,
): Promise<void> {
  const { doings, timeline, apps } = stage
  const was = await apps[side].tasks()
  timeline.note(side, stage.next(), was)
  await work()
  const is = await apps[side].tasks()
  timeline.note(side, stage.next(), is)
  if (closes !== null && JSON.stringify(was) !== JSON.stringify(is))
    doings.closed.push({ token: closes, side, count: stage.next() })
  for (const task of was)
    if (!is.some(({ id }) => id === task.id)) {
      const linked = isInStep(stage, otherThan(side), task)
      doings.deleted.push({
        count: stage.next(),
        side,
        id: task.id,
        token: task.token,
        seen: task,
        linked: await linked,
      })
    }
  for (const task of is) {
    const old = was.find(({ id }) => id === task.id)
    if (JSON.stringify(old) === JSON.stringify(task)) continue
    doings.own.set(`${side} ${task.id}`, task.own)
    if (task.values.list === 'out') doings.out.add(task.token)
    if (task.values.parent !== null)
      for (const one of [task.token, task.values.parent]) doings.family.add(one)
    if (old?.values.parent !== undefined && old.values.parent !== null) doings.family.add(task.token)
    if (task.token !== closes) noteFields(stage, side, task, old?.values)
  }
}

function noteFields(stage: Stage, side: Side, task: SeenTask, old: Values | undefined): void {
  for (const field of FIELDS) {
    const value: unknown = task.values[field]
    const was: unknown = old?.[field]
    if (old !== undefined && was === value) continue
    const { id, token } = task
    stage.doings.writes.push({ count: stage.next(), side, id, token, field: field as Field, value, was })
  }
}

/** Both are there, and look the same. */
async function isInStep({ apps, pair }: Stage, other: Side, { token, values }: SeenTask): Promise<boolean> {
  const there = currentOf(await apps[other].tasks(), token)
  if (there === undefined) return false
  return FIELDS.every((field) => same(pair, field, there.values[field], values[field]))
}

function isBelow(tasks: readonly SeenTask[], task: SeenTask, token: string): boolean {
  if (task.token === token) return true
  const above = tasks.find((one) => one.token === task.values.parent)
  return above !== undefined && isBelow(tasks, above, token)
}

/** The title before its present one, as far as a user wrote it on this side. */
function before({ doings }: Stage, side: Side, token: string, now: string): string {
  const own = doings.writes.filter((one) => one.side === side && one.token === token && one.field === 'title')
  return String(own.findLast(({ value }) => value !== now)?.value ?? now)
}

function tell({ pair, tell: say }: Stage, side: Side, line: string): void {
  say(`${NAMES[SERVICES[pair][side]]}: ${line}`)
}

function noteOf(token: string, value: number): string {
  const n = Math.floor(value * 1000)
  return n % 3 === 0
    ? `note ${token}-${n} first; second\nand below, ünd ☕`
    : `note ${token}-${n} ring the bell ☕`
}

function priorityOf(value: number): number | null {
  return [null, 1, 2, 3, 4][Math.floor((value % 1) * 5)] ?? null
}

/** Days, times and instants of the weeks after the histories' day, those around a change of clocks too. */
function dueOf(value: number): string | null {
  const n = Math.floor(value * 10_000)
  const day = `2026-12-${String(1 + (n % 28)).padStart(2, '0')}`
  if (n % 5 === 0) return null
  if (n % 5 <= 2) return day
  const at = n % 11 === 0 ? '2027-03-28T01:30:00' : `${day}T${String(n % 24).padStart(2, '0')}:15:00`
  return n % 2 === 0 ? `${at} floating` : `${at}Z`
}
