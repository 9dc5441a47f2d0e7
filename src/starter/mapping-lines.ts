import type { ListPair } from '../core/list-map.ts'
import type { Direction } from '../core/policy.ts'
import type { SideNames } from './side-names.ts'

const ARROWS: Readonly<Record<Direction, string>> = { both: '↔', toLeft: '←', toRight: '→', off: '|' }

/** Two lists, and which way their tasks flow: `Todoist “Work” → CalDAV “Errands”`. `names`: of their route. */
export function mappedWords({ left, right }: ListPair, way: Direction, names: SideNames): string {
  return `${names.left} ${names.lists.left(left)} ${ARROWS[way]} ${names.right} ${names.lists.right(right)}`
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
