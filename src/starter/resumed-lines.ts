import type { Stop, WouldEnd } from '../activities/mass-change.ts'
import type { Resumed } from '../activities/route-state.ts'
import { quoted } from './command-name.ts'
import type { SideNames } from './side-names.ts'
import { counted, pairWords } from './task-words.ts'

const SAMPLES = 5

/** What became of a route that was to go on. */
export function resumedLines({ route, changed, stop }: Resumed, once: boolean, names: SideNames): string[] {
  const { name, state } = route
  const settled = `${quoted('status --wait')} returns when it is settled.`
  if (stop === null) {
    if (!changed) return [`Route ${name} is ${state}: there is nothing to resume.`]
    return [`Route ${name} goes on: what changed meanwhile is carried over.`, settled]
  }
  if (changed) {
    const why = once ? 'with what is shown here let through' : 'what had stopped it is over'
    return [
      `Route ${name} goes on, ${why}.`,
      ...endingLines(stop.endings, names),
      settled,
      ...wayBack(stop.endings),
    ]
  }
  return [
    `Route ${name} stays stopped: ${counted(stop.counted, 'task')} would have ended within ten minutes${endedWords(stop)}, ${stop.limit} may.`,
    ...endingLines(stop.endings, names),
    `If that is meant: ${quoted(`route resume ${name} --once`)}. If not, bring back what is missing, and resume it then.`,
  ]
}

/** Those that count with what would end, and have ended. */
function endedWords({ counted: all, endings }: Pick<Stop, 'counted' | 'endings'>): string {
  const ended = all - endings.length
  return ended > 0 ? ` (${ended} of them ${ended === 1 ? 'has' : 'have'} already)` : ''
}

/** What a person can do who finds afterwards that it was not meant. */
function wayBack(endings: readonly WouldEnd[]): string[] {
  const letGo = endings.some((one) => one.how === 'unlink')
  const written = endings.some((one) => one.how !== 'unlink')
  return [
    ...(letGo
      ? [
          `If it was not meant: ${quoted('relink --since 1h')} links again what is let go; with --dry-run it lists it.`,
        ]
      : []),
    ...(written
      ? [`If it was not meant: ${quoted('undo --since 1h')} takes it back; with --dry-run it lists it.`]
      : []),
  ]
}

function endingLines(endings: readonly WouldEnd[], names: SideNames): string[] {
  if (endings.length === 0) return []
  const kinds = new Map<string, number>()
  for (const ending of endings) {
    const kind = kindOf(ending, names)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  const rest = endings.length - SAMPLES
  return [
    ...[...kinds].map(([kind, count]) => `  ${count} × ${kind}`),
    'For example:',
    ...endings.slice(0, SAMPLES).map((one) => `  ${pairWords(one.pairId, one.title)}: ${kindOf(one, names)}`),
    ...(rest > 0 ? [`  … and ${rest} more (--json shows all)`] : []),
  ]
}

function kindOf({ how, side }: WouldEnd, names: SideNames): string {
  if (how === 'unlink' || side === null) return 'let go'
  return `${how} in ${names[side]}`
}
