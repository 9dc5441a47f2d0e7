import type { Command } from 'commander'
import { type Relinked, relinkPair } from '../../activities/relink.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { recordId } from '../record-id.ts'
import { serviceName } from '../service-name.ts'
import { fieldsWords, pairWords, readersZone } from '../task-words.ts'
import type { Outcome } from './shared.ts'

type RelinkFlags = { readonly dryRun?: boolean; readonly json?: boolean }

export function addRelink(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('relink')
    .description('link a task again that was let go; a side that is gone is made again')
    .argument('<pair>', 'number of the pair', recordId)
    .option('--dry-run', 'show what would be written; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (pair: string, flags: RelinkFlags) =>
      finish(await decide(async (deciding) => say(await relink(deciding, pair, flags), flags.json))),
    )
}

export async function relink(
  { deps, wake }: Deciding,
  pairId: string,
  { dryRun = false }: RelinkFlags,
): Promise<Answer> {
  const run = dryRun ? onTrial : inTransaction
  const done = await run(deps.db, (tx) => relinkPair(tx, deps, pairId))
  const outcome = done.changed && !dryRun ? await wake([pairId]) : 0
  return { json: done, lines: dryRun ? [DRY, ...linesOf(done)] : linesOf(done), outcome }
}

function linesOf({ pair, title, changed, remade, writes }: Relinked): string[] {
  const named = pairWords(pair, title)
  if (!changed) return [`${named} is not unlinked: nothing to do.`]
  const zone = readersZone()
  const head =
    remade === null
      ? `${named} is linked again, from what both sides last agreed on.`
      : `${named} is linked again; its task in ${serviceName(remade)} is made anew.`
  const written = writes.map(
    ({ side, verb, fields }) =>
      `  ${verb} in ${serviceName(side)}: ${fieldsWords(fields, zone) || 'our marker'}`,
  )
  const nothing = written.length === 0 ? ['  Nothing has to be written now.'] : []
  return [head, ...written, ...nothing, `${quoted(`explain pair/${pair}`)} shows how it goes on.`]
}
