import type { Mapping } from '../store/mappings.ts'
import { quoted } from './command-name.ts'
import { mappedWords } from './mapping-lines.ts'
import type { RouteNames } from './side-names.ts'

/** Mappings of which a list is deleted or archived, for a person. */
export function brokenLines(mappings: readonly Mapping[], { byId }: RouteNames): string[] {
  return mappings.flatMap((mapping) => {
    const { id, routeId, broken, direction } = mapping
    if (broken === null) return []
    const names = byId(routeId)
    const list = `${names[broken.side]} ${names.lists[broken.side](mapping[broken.side])}`
    return [
      `mapping ${id}, ${mappedWords(mapping, direction, names)}, is broken: ${list} was ${broken.state === 'gone' ? 'deleted' : 'archived'}`,
      '      Its tasks are let go: those of the other list stay as they are, and new ones wait.',
      `      you can: Bring the list back, and they are linked again; ${quoted('map list')} says how to put another one in its place, or to end it.`,
    ]
  })
}
