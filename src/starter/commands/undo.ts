import type { Command } from 'commander'
import { type Undone, undoOps } from '../../activities/undo.ts'
import { opsToUndo, type UndoSelection } from '../../activities/undo-selection.ts'
import { UserError } from '../../config/errors.ts'
import { clockNow } from '../../store/clock.ts'
import { inTransaction, onTrial, type Tx } from '../../store/database.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { requireYes } from '../ask.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { recordId } from '../record-id.ts'
import { routeNamed } from '../route-named.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { pairNames } from '../side-names.ts'
import { momentOf, type Since, sinceFlag } from '../since.ts'
import { summaryLines, undoneLines } from '../undo-lines.ts'
import { whenWritten } from '../when-written.ts'
import type { Outcome } from './shared.ts'

export type UndoFlags = {
  readonly since?: Since
  readonly route?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addUndo(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('undo')
    .description('take writes back; what was changed since stays')
    .argument('[op...]', 'numbers from the log', (text: string, before: string[] | undefined) => [
      ...(before ?? []),
      recordId(text),
    ])
    .option('--since <time>', 'all that was written since: 10m, 2h, 1d, or a time', sinceFlag)
    .option('--route <name>', 'of one route, with --since')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show what would be written; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (ids: string[], flags: UndoFlags) =>
      finish(await decide(async (deciding) => say(await undo(deciding, ids, flags), flags.json))),
    )
}

export async function undo(deciding: Deciding, ids: readonly string[], flags: UndoFlags): Promise<Answer> {
  const { deps } = deciding
  const selection = await selectionOf(deciding, ids, flags)
  const work = async (tx: Tx, what: UndoSelection) => undoOps(tx, deps, await opsToUndo(tx, what))
  const shown = await onTrial(deps.db, (tx) => work(tx, selection))
  if (shown.ops.length + shown.untouched.length === 0)
    return answerOf(shown, false, 0, ['There is nothing to take back.'])
  const zone = await shownZone(deps.db)
  const names = await pairNames(
    deps,
    shown.writes.map(({ pair }) => pair),
  )
  const linesOf = (undone: Undone) => inZone(undoneLines(undone, zone, names), zone)
  if (flags.dryRun === true) return answerOf(shown, false, 0, [DRY, ...linesOf(shown)])
  const asks = shown.ops.length > 0 && flags.yes !== true
  if (asks)
    await requireYes(deciding.signal, linesOf(shown), 'It was not confirmed, so nothing was taken back.')
  // What was shown, and nothing that was written since.
  const again = await inTransaction(deps.db, (tx) => work(tx, { ids: shown.found.map((op) => op.id) }))
  const done = { ...again, untouched: [...again.untouched, ...underWay(shown)] }
  const pairs = [...new Set(done.writes.map((write) => write.pair))]
  const woken = pairs.length === 0 ? 0 : await deciding.wake(pairs)
  const outcome = woken === 0 && done.untouched.length > 0 ? 3 : woken
  // What was asked about stands above the question already.
  const list = asks ? [] : linesOf(done)
  const next = await whenWritten(deps.db, pairs)
  return answerOf(done, done.ops.length > 0, outcome, [...list, ...summaryLines(done), ...next])
}

/** What was not looked at, because a write of its task is under way. */
function underWay({ untouched, found }: Undone): Undone['untouched'] {
  const seen = new Set(found.map((op) => op.pairId))
  return untouched.filter((one) => !seen.has(one.pair))
}

function answerOf(undone: Undone, written: boolean, outcome: Outcome, lines: readonly string[]): Answer {
  const { ops, writes, untouched } = undone
  return { json: { undone: written ? ops : [], writes, untouched, written }, lines, outcome }
}

async function selectionOf(
  { deps: { db } }: Deciding,
  ids: readonly string[],
  { since, route }: UndoFlags,
): Promise<UndoSelection> {
  if (ids.length > 0 && since === undefined && route === undefined) return { ids: [...new Set(ids)] }
  if (ids.length === 0 && since !== undefined)
    return {
      since: momentOf(since, await clockNow(db)),
      routeId: route === undefined ? null : (await routeNamed(db, route)).id,
    }
  throw new UserError({
    code: 'WHICH_OPS',
    message: 'Say what to take back: numbers of ops, or --since (with --route, of one route).',
    hints: [`${quoted('log')} lists what was written.`],
    exitCode: 2,
  })
}
