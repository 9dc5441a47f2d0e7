import { type Command, InvalidArgumentError } from 'commander'
import { titleOf } from '../../activities/pair-picture.ts'
import { withKind } from '../../activities/shown/home.ts'
import { entryJson, isOfNote, isOfTask, type LogEntry } from '../../activities/shown/log-entry.ts'
import { clockNow } from '../../store/clock.ts'
import { homeLog } from '../../store/home-log.ts'
import { membersOf } from '../../store/members.ts'
import { noteLog } from '../../store/note-log.ts'
import { opLog } from '../../store/op-log.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { followLog } from '../follow-log.ts'
import { homeLine } from '../home-log-lines.ts'
import { opLine } from '../log-lines.ts'
import { noteLine } from '../note-log-lines.ts'
import { printJson, printLines, tell } from '../output.ts'
import { pairId } from '../record-id.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { routeNames } from '../side-names.ts'
import { momentOf, type Since, sinceFlag } from '../since.ts'
import type { Outcome } from './shared.ts'

export type LogFlags = {
  readonly since?: Since
  readonly pair?: string
  readonly limit?: number
  readonly all?: boolean
  readonly follow?: boolean
  readonly json?: boolean
}

const LIMIT = 50
/** Who follows looks at what was closed in so long a time, again and again. */
const WINDOW_MS = 120_000
const MOST_AT_ONCE = 1_000

export function addLog(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('log')
    .description('what was written, from what to what, and why; the newest last')
    .option('--since <time>', '10m, 2h, 1d, or a time', sinceFlag)
    .option('--pair <id>', 'of one pair', pairId)
    .option('--limit <n>', `at most so many, the newest (default: ${LIMIT})`, count)
    .option('--all', 'also what was planned anew before it was sent')
    .option('--follow', 'and then each write as it is done, until Ctrl-C')
    .option('--json', 'one JSON document for each line')
    .action(async (flags: LogFlags) => finish(await decide((deciding) => log(deciding, flags))))
}

export async function log(deciding: Deciding, flags: LogFlags): Promise<Outcome> {
  const window = () => readLog(deciding, { ...flags, since: { agoMs: WINDOW_MS }, limit: MOST_AT_ONCE })
  const before = flags.follow === true ? await window() : []
  const shown = await showNewest(deciding, flags)
  if (flags.follow !== true) return 0
  await followLog({
    signal: deciding.signal,
    seen: [...before, ...shown],
    read: window,
    keyOf: (entry) => (isOfNote(entry) ? `note ${entry.id}` : `${entry.id} ${entry.status}`),
    show: (entries) => show(deciding, entries, flags, { zoneSaid: true }),
  })
  return 0
}

async function showNewest(deciding: Deciding, flags: LogFlags): Promise<readonly LogEntry[]> {
  const limit = flags.limit ?? LIMIT
  const found = await readLog(deciding, { ...flags, limit: limit + 1 })
  const ops = found.slice(-limit)
  await show(deciding, ops, flags)
  if (found.length > limit)
    tell(
      `These are the newest ${limit}; there are more: ${quoted(`log --limit ${limit * 10}`)} shows more of them.`,
    )
  return ops
}

async function show(
  deciding: Deciding,
  ops: readonly LogEntry[],
  { json = false }: LogFlags,
  { zoneSaid = false } = {},
): Promise<void> {
  if (json) for (const op of ops) printJson(entryJson(op))
  else printLines((await logLines(deciding, ops)).slice(zoneSaid ? -ops.length : 0))
}

export async function readLog({ deps }: Pick<Deciding, 'deps'>, flags: LogFlags): Promise<LogEntry[]> {
  const { db, providers } = deps
  const since = flags.since === undefined ? null : momentOf(flags.since, await clockNow(db))
  const limit = flags.limit ?? LIMIT
  const pairId = flags.pair ?? null
  const ops = await opLog(db, { since, pairId, limit, dropped: flags.all === true })
  const homes = pairId === null ? await homeLog(db, { since, limit }) : []
  const notes = await noteLog(db, { since, pairId, limit })
  return [...ops, ...homes.map((one) => withKind(one, providers)), ...notes].sort(bySecond).slice(-limit)
}

/** Many are closed together: those of one second are in the order of their numbers. */
function bySecond(a: LogEntry, b: LogEntry): number {
  const [one, other] = [a, b].map(({ at }) => at.slice(0, '2026-12-01T00:00:00'.length))
  if (one !== other) return String(one) < String(other) ? -1 : 1
  return Number(a.id) - Number(b.id)
}

export async function logLines(
  { deps }: Pick<Deciding, 'deps'>,
  entries: readonly LogEntry[],
): Promise<string[]> {
  if (entries.length === 0) return ['Nothing was written.']
  const members = await membersOf(deps.db, [...new Set(entries.flatMap((one) => pairOf(one) ?? []))])
  const zone = await shownZone(deps.db)
  const names = await routeNames(deps)
  const lines = entries.map((one) => {
    const sides = names.byId(one.routeId)
    const pair = pairOf(one)
    const title = titleOf(members.filter((member) => member.pairId === pair))
    if (isOfNote(one)) return noteLine(one, title, zone, sides)
    return isOfTask(one) ? opLine(one, title, zone, sides) : homeLine(one, zone, sides)
  })
  return inZone(lines, zone)
}

function pairOf(entry: LogEntry): string | null {
  if (isOfNote(entry)) return entry.aboutPair
  return isOfTask(entry) ? entry.pairId : null
}

function count(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0 && value <= 1_000_000) return value
  throw new InvalidArgumentError('Give a number, e.g. 100.')
}
