import type { Command } from 'commander'
import { type Overridden, overrideField } from '../../activities/override.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { pairId as pairNumber } from '../record-id.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { pairNames, type SideNames } from '../side-names.ts'
import { pairWords, valueWords } from '../task-words.ts'
import type { Outcome } from './shared.ts'

type OverrideFlags = { readonly clear?: boolean; readonly dryRun?: boolean; readonly json?: boolean }

export function addOverride(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('override')
    .description('keep a field of a task as it is on each side; sync does not write it any more')
    .argument('<pair>', 'number of the pair', pairNumber)
    .argument('<field>', 'e.g. title, due, type, completed')
    .option('--clear', 'keep it in step again')
    .option('--dry-run', 'show what would be kept; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (pair: string, field: string, flags: OverrideFlags) =>
      finish(await decide(async (deciding) => say(await override(deciding, pair, field, flags), flags.json))),
    )
}

export async function override(
  { deps, wake }: Deciding,
  pairId: string,
  field: string,
  { clear = false, dryRun = false }: OverrideFlags,
): Promise<Answer> {
  const run = dryRun ? onTrial : inTransaction
  const done = await run(deps.db, (tx) => overrideField(tx, deps, { pairId, field, keep: !clear }))
  const outcome = done.changed && !dryRun ? await wake([pairId]) : 0
  const zone = await shownZone(deps.db)
  const names = await pairNames(deps, [pairId])
  const lines = inZone(linesOf(done, zone, names(pairId)), zone)
  return { json: done, lines: dryRun ? [DRY, ...lines] : lines, outcome }
}

function linesOf(done: Overridden, zone: string, names: SideNames): string[] {
  const { pair, title, field, overridden, held, changed } = done
  const values = (['left', 'right'] as const).map(
    (side) => `  ${names[side]}: ${valueWords(field, held[side], zone, names.lists[side])}`,
  )
  const again = overridden ? '' : ' again'
  const head = changed
    ? `${pairWords(pair, title)}: ${field} is ${overridden ? 'left as it is on each side' : 'kept in step'}${again}.`
    : `${pairWords(pair, title)}: ${field} was ${overridden ? 'left as it is' : 'kept in step'} already.`
  const next = overridden
    ? `To keep it in step again: ${quoted(`override ${pair} ${field} --clear`)}.`
    : `Where the two differ, the route's rule decides; ${quoted('log')} shows what is written.`
  return [head, ...values, next]
}
