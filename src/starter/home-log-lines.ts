import type { ShownHome } from '../activities/shown/home.ts'
import { outcomeWords } from './log-lines.ts'
import type { SideNames } from './side-names.ts'
import { shorten, timeWords } from './task-words.ts'

/** E.g. `… op 9  deal 41  Todoist: section “Baker” moved from “Showing” to “Offer”, because the deal is in another stage`. */
export function homeLine(home: ShownHome, zone: string, names: SideNames): string {
  const { id, at, role, subject, side, kind } = home
  const what = role === 'deal' ? `deal ${subject}` : `${kind}s`
  const words = `${names[side]}: ${changeWords(home)}, ${causeWords(home)}${outcomeWords({ ...home, undoneAt: null })}`
  return `${timeWords(at, zone)}  op ${id}  ${what}  ${words}`
}

function changeWords({ kind, name, change, before, target }: ShownHome): string {
  const what = `${kind} ${nameWords(change.kind === 'rename' ? before?.name : name)}`
  switch (change.kind) {
    case 'make':
      return `${what} made`
    case 'move':
      return `${what} moved from ${nameWords(before?.in)} to ${nameWords(target)}`
    case 'rename':
      return `${what} renamed to ${nameWords(change.name)}`
    case 'relink':
      return `${what} ${change.link === null ? 'leads to nobody any more' : 'leads to another person'}`
    case 'archive':
      return `${what} put into the archive`
    case 'unarchive':
      return `${what} taken out of the archive`
    case 'remove':
      return `${what} removed`
  }
}

const nameWords = (name: string | null | undefined) => (name == null ? 'nowhere' : `“${shorten(name)}”`)

function causeWords({ cause, role }: ShownHome): string {
  const words: Readonly<Record<string, string>> = {
    stage: 'because the deal is in another stage',
    eager: 'because the route makes sections with their deals',
    ahead: 'so that each stage has its project',
    room: 'so that there is room for its tasks',
    'moved-back': 'because its user had moved it, and the deal’s stage says otherwise',
    renamed: `because ${role === 'deal' ? 'the deal' : 'what it stands for'} is called so now`,
    person: 'because the deal’s first person is another one now',
    over: 'because nothing open is left in it',
    needed: 'because tasks are to lie in it again',
    empty: 'because nothing is left in it',
    restored: 'because you want it back',
  }
  return words[cause] ?? `because of ${cause}`
}
