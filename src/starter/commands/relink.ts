import type { Command } from 'commander'
import { type Relinked, relinkPair } from '../../activities/relink.ts'
import { UserError } from '../../config/errors.ts'
import { clockNow } from '../../store/clock.ts'
import { inTransaction, onTrial, type Tx } from '../../store/database.ts'
import { letGoSince } from '../../store/let-go.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { requireYes } from '../ask.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { pairId } from '../record-id.ts'
import { type NotRelinked, relinkedLines, relinkedSummary } from '../relink-lines.ts'
import { routeNamed } from '../route-named.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { pairNames } from '../side-names.ts'
import { momentOf, type Since, sinceFlag } from '../since.ts'
import { whenWritten } from '../when-written.ts'
import type { Outcome } from './shared.ts'

export type RelinkFlags = {
  readonly since?: Since
  readonly route?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addRelink(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('relink')
    .description('link tasks again that were let go; a side that is gone is made again')
    .argument('[pair...]', 'numbers of pairs', (text: string, before: string[] | undefined) => [
      ...(before ?? []),
      pairId(text),
    ])
    .option(
      '--since <time>',
      'all that were let go since, as one task was deleted: 10m, 2h, 1d, or a time',
      sinceFlag,
    )
    .option('--route <name>', 'of one route, with --since')
    .option('--yes', 'with --since: do not ask')
    .option('--dry-run', 'show what would be written; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (pairs: string[], flags: RelinkFlags) =>
      finish(await decide(async (deciding) => say(await relink(deciding, pairs, flags), flags.json))),
    )
}

type Found = { readonly relinked: readonly Relinked[]; readonly refused: readonly NotRelinked[] }

export async function relink(
  deciding: Deciding,
  pairs: readonly string[],
  flags: RelinkFlags,
): Promise<Answer> {
  const { deps } = deciding
  const ids = await pairsOf(deciding, pairs, flags)
  if (ids.length === 0)
    return { json: { pairs: [], refused: [] }, lines: ['Nothing was let go since then.'], outcome: 0 }
  const work = (tx: Tx) => relinkEach(tx, deciding, ids)
  const zone = await shownZone(deps.db)
  const names = await pairNames(deps, ids)
  const linesOf = (found: Found) => inZone(relinkedLines(found.relinked, found.refused, zone, names), zone)
  const asks = flags.since !== undefined && flags.yes !== true && flags.dryRun !== true
  if (asks)
    await requireYes(
      deciding.signal,
      linesOf(await onTrial(deps.db, work)),
      'It was not confirmed, so nothing was linked again.',
    )
  const done = await (flags.dryRun === true ? onTrial : inTransaction)(deps.db, work)
  const changed = done.relinked.filter((one) => one.changed).map((one) => one.pair)
  const woken = changed.length > 0 && flags.dryRun !== true ? await deciding.wake(changed) : 0
  const outcome = woken === 0 && done.refused.length > 0 ? 3 : woken
  // What was asked about stands above the question already.
  const list = asks ? [] : linesOf(done)
  const next = await whenWritten(deps.db, changed)
  const lines = [...list, ...relinkedSummary(done.relinked, done.refused), ...next]
  const [only] = done.relinked
  const json =
    pairs.length === 1 && only !== undefined ? only : { pairs: done.relinked, refused: done.refused }
  return { json, lines: flags.dryRun === true ? [DRY, ...lines] : lines, outcome }
}

/** One that cannot be linked is refused alone, and named among many. */
async function relinkEach(tx: Tx, { deps }: Deciding, ids: readonly string[]): Promise<Found> {
  const relinked: Relinked[] = []
  const refused: NotRelinked[] = []
  for (const id of ids) {
    try {
      relinked.push(await relinkPair(tx, deps, id))
    } catch (error) {
      // Refused before anything of it was changed.
      if (!(error instanceof UserError) || ids.length === 1) throw error
      refused.push({ pair: id, why: error.message })
    }
  }
  return { relinked, refused }
}

/** Lowest number first: in that order pairs are locked. */
async function pairsOf(
  { deps: { db } }: Deciding,
  pairs: readonly string[],
  { since, route }: RelinkFlags,
): Promise<string[]> {
  if (pairs.length > 0 && since === undefined && route === undefined)
    return [...new Set(pairs)].sort((a, b) => Number(a) - Number(b))
  if (pairs.length === 0 && since !== undefined) {
    const routeId = route === undefined ? null : (await routeNamed(db, route)).id
    return letGoSince(db, momentOf(since, await clockNow(db)), routeId)
  }
  throw new UserError({
    code: 'WHICH_PAIRS',
    message: 'Say what to link again: numbers of pairs, or --since (with --route, of one route).',
    hints: [`${quoted('relink --since 1h --dry-run')} lists what was let go in the last hour.`],
    exitCode: 2,
  })
}
