import type { PlannedWriteView, Preview } from '../activities/preview.ts'
import type { RouteLeaves } from '../activities/preview-sides.ts'
import { type FirstSyncRule, otherSide, SIDES } from '../core/policy.ts'
import type { Field } from '../core/task.ts'
import { routeWay } from './held-up.ts'
import { questionLines } from './question-lines.ts'
import { setAsideLines } from './set-aside-lines.ts'
import type { SideNames } from './side-names.ts'
import { shorten } from './task-words.ts'

const SAMPLES = 5

/** The names of the sides of a route, by its name. */
type Names = (route: string) => SideNames

/** What a sync would write, for a person: counts, what is asked, what stays where it is, and a few of the writes. */
export function previewLines(preview: Preview, names: Names): string[] {
  const { writes, linked, lookups, waiting, resting, routes } = preview
  const title = writes.length === 0 ? 'Nothing would be written.' : `${counted(writes.length, 'write')}:`
  // What rests would else be told as if nothing were to be done.
  const titled = writes.length > 0 || resting.every(({ pending }) => pending === 0)
  return [
    ...preview.firstSync.map(({ route, rule }) => `First sync of ${route}: ${ruleWords(rule)}.`),
    ...(titled ? [title] : []),
    ...resting.map(restWords),
    ...counts(writes, names),
    ...line(linked, (n) => `${counted(n, 'task')} on both sides already would be linked`),
    ...leftOutLines(routes, names),
    ...line(
      lookups,
      (n) => `${counted(n, 'task')} would be made for the contact that they name, once it is found`,
    ),
    ...line(waiting, (n) => `${counted(n, 'task')} would wait for you`),
    ...outsideLines(plannedOf(preview), names),
    ...lossLines(routes, names),
    ...setAsideLines(preview.setAside),
    ...questionLines(preview.ambiguous, names),
    ...samples(writes, names),
  ]
}

/** Several routes may leave tasks of one account. */
function leftOutLines(routes: readonly RouteLeaves[], names: Names): string[] {
  const counts = new Map<string, number>()
  for (const { route, leftOut } of routes)
    for (const side of SIDES) add(counts, names(route)[side], leftOut[side])
  return [...counts].flatMap(([name, count]) =>
    line(
      count,
      (n) =>
        `${counted(n, 'task')} in ${name} ${n === 1 ? 'stays as it is' : 'stay as they are'} until edited`,
    ),
  )
}

/** Where first syncs lie ahead, what is told of is their business and that of routes that would write. */
function plannedOf({ routes, firstSync, writes }: Preview): readonly RouteLeaves[] {
  if (firstSync.length === 0) return routes
  const planned = new Set([...firstSync, ...writes].map(({ route }) => route))
  return routes.filter(({ route }) => planned.has(route))
}

/** Those of an account are counted once, however many routes it has. */
function outsideLines(routes: readonly RouteLeaves[], names: Names): string[] {
  const counts = new Map<string, number>()
  for (const { route, outOfScope } of routes)
    for (const side of SIDES) counts.set(names(route)[side], outOfScope[side])
  return [...counts].flatMap(([name, count]) =>
    line(count, (n) => `${counted(n, 'task')} in ${name} out of scope, not touched`),
  )
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}

function restWords({ route, state, pending }: Preview['resting'][number]): string {
  const waits =
    pending === 0 ? '' : ` ${counted(pending, 'task')} ${pending === 1 ? 'waits' : 'wait'} for that;`
  return `Route ${route} is ${state}: nothing is written until it goes on;${waits} ${routeWay(route, state)}.`
}

function ruleWords(rule: FirstSyncRule): string {
  switch (rule.kind) {
    case 'open':
      return 'every open task takes part (policy open)'
    case 'none':
      return 'only tasks that are on both sides already; others when they are edited (policy none)'
    case 'dueSince':
      return `open tasks, without those overdue by more than ${counted(rule.days, 'day')} (policy dueSince: ${rule.days})`
  }
}

function line(count: number, words: (count: number) => string): string[] {
  return count === 0 ? [] : [`  ${words(count)}`]
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

function counts(writes: readonly PlannedWriteView[], names: Names): string[] {
  const byKind = new Map<string, number>()
  for (const { route, side, verb } of writes) add(byKind, `${verb} in ${names(route)[side]}`, 1)
  return [...byKind].map(([kind, count]) => `  ${count} × ${kind}`)
}

const FIELD_WORDS: Readonly<Partial<Record<Field, string>>> = {
  notes: 'descriptions',
  due: 'times of day',
  start: 'start dates',
  recurrence: 'repetitions',
  priority: 'priorities',
  type: 'types',
  title: 'ends of long titles',
}

function lossLines(routes: readonly RouteLeaves[], names: Names): string[] {
  return routes.flatMap(({ route, lossy }) =>
    SIDES.flatMap((side) => {
      const fields = Object.entries(lossy[side] ?? {}) as [Field, number][]
      if (fields.length === 0) return []
      const words = fields.map(
        ([field, count]) => `${FIELD_WORDS[field] ?? field} of ${counted(count, 'task')}`,
      )
      const [here, there] = [names(route)[side], names(route)[otherSide(side)]]
      return [`  Stays in ${here}, as ${there} has no place for it: ${words.join(', ')}`]
    }),
  )
}

function samples(writes: readonly PlannedWriteView[], names: Names): string[] {
  if (writes.length === 0) return []
  const shown = writes.slice(0, SAMPLES).map(({ verb, route, side, pair, title, fields }) => {
    const what = verb === 'update' ? `, ${Object.keys(fields).join(', ') || 'our marker'}` : ''
    const task =
      title === null ? `pair ${pair}` : title.trim() === '' ? 'a task without a title' : `“${shorten(title)}”`
    return `  ${verb} in ${names(route)[side]}: ${task}${what}`
  })
  const rest = writes.length - shown.length
  return ['For example:', ...shown, ...(rest > 0 ? [`  … and ${rest} more (--json shows all)`] : [])]
}
