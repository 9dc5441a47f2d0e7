import type { StandingMapping } from '../activities/mapping-state.ts'
import type { ListPair, NameRule } from '../core/list-map.ts'
import type { Direction } from '../core/policy.ts'
import type { Mapping } from '../store/mappings.ts'
import { quoted } from './command-name.ts'
import type { SideNames } from './side-names.ts'
import { counted, type ListWords, timeWords } from './task-words.ts'

export const ARROWS: Readonly<Record<Direction, string>> = { both: '↔', toLeft: '←', toRight: '→', off: '|' }

/** Two lists, and which way their tasks flow: `Todoist “Work” → CalDAV “Errands”`. `names`: of their route. */
export function mappedWords({ left, right }: ListPair, way: Direction, names: SideNames): string {
  return `${names.left} ${names.lists.left(left)} ${ARROWS[way]} ${names.right} ${names.lists.right(right)}`
}

/** Whose name the lists of a mapping go by; nothing where each has its own. `side`: names of the two. */
export function namedWords(rule: NameRule, side: Pick<SideNames, 'left' | 'right'>): string {
  return rule === 'own' ? '' : `, both by the name in ${side[rule]}`
}

/** The end of "Its tasks flow …". */
export function flowWords(way: Direction): string {
  switch (way) {
    case 'both':
      return 'both ways'
    case 'toLeft':
      return 'to the left'
    case 'toRight':
      return 'to the right'
    case 'off':
      return 'no more'
  }
}

/** How far a mapping is, and what holds it up beside a lost list. */
export function standingLines(
  { inStep, lastSyncAt, pending, held, broken }: StandingMapping,
  zone: string,
): string[] {
  const when = lastSyncAt === null ? null : timeWords(lastSyncAt, zone)
  const written = when === null ? 'nothing of it was written yet' : `last written ${when}`
  const toGo = pending === 0 ? [] : [`${counted(pending, 'task')} to go`]
  return [
    inStep && when !== null ? `    in step, as of ${when}` : `    ${[...toGo, written].join('; ')}`,
    ...(held.length === 0 || broken !== null ? [] : [`    held up: ${held.join(' ')}`]),
  ]
}

/** What is wrong with a mapping, and what to do about it. */
export function brokenLines({ id, left, right, broken }: Mapping, route: string, names: SideNames): string[] {
  if (broken === null) return []
  const { side, state } = broken
  const stays =
    side === 'left'
      ? `<list> ${argument(names.lists.right, right)}`
      : `${argument(names.lists.left, left)} <list>`
  const gone = `${names[side]} ${names.lists[side](side === 'left' ? left : right)}`
  return [
    `    broken: the list in ${gone} is ${state === 'gone' ? 'deleted' : 'archived'}; the tasks of the other side stay, and are in step no more.`,
    state === 'gone'
      ? `    Brought back, where its service can do that, it goes on. Another list in its place: ${quoted(`map add ${route} ${stays}`)}; no more of it: ${quoted(`map remove ${id}`)}.`
      : `    Take it out of the archive, and they are linked again; no more of it: ${quoted(`map remove ${id}`)}.`,
  ]
}

/** A list as it is typed: by its name where that is the only one, else by its id. */
function argument(nameOf: ListWords, id: string): string {
  const name = /^“(.*[^…])”$/u.exec(nameOf(id))?.[1]
  return name === undefined || /['\\$`"!]/u.test(name) ? id : `'${name}'`
}
