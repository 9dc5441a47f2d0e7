import type { Command } from 'commander'
import { titleOf } from '../../activities/pair-picture.ts'
import { type Answer as Chosen, type Resolution, resolveConflict } from '../../activities/resolve.ts'
import { conflictsJson, homeConflictJson, readHomeConflictId } from '../../activities/shown/conflict.ts'
import { rollbackJson } from '../../activities/shown/rollback.ts'
import { UserError } from '../../config/errors.ts'
import { ambiguityViews } from '../../store/ambiguities.ts'
import { type ConflictRow, listConflicts } from '../../store/conflicts.ts'
import { type Db, inTransaction, onTrial } from '../../store/database.ts'
import { homeConflicts } from '../../store/home-conflicts.ts'
import { mappingsOf } from '../../store/mappings.ts'
import { membersOf } from '../../store/members.ts'
import { standingRollbacks } from '../../store/rollbacks.ts'
import { waitingPairs } from '../../store/waiting.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { brokenLines } from '../broken-lines.ts'
import { quoted } from '../command-name.ts'
import { conflictLines, type ListedConflict } from '../conflict-lines.ts'
import { type Deciding, decide } from '../deciding.ts'
import { homeConflictLines } from '../home-conflict-lines.ts'
import { conflictId } from '../record-id.ts'
import { rollbackLines } from '../rollback-lines.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { pairNames, routeNames, type SideNames } from '../side-names.ts'
import { pairWords, valueWords } from '../task-words.ts'
import { waitingJson, waitingLines } from '../waiting-lines.ts'
import { watchAnswers } from '../watching.ts'
import { whenWritten } from '../when-written.ts'
import { resolveGone } from './home-conflict.ts'
import type { Outcome } from './shared.ts'

type ListFlags = { readonly all?: boolean; readonly json?: boolean; readonly watch?: boolean }
type ResolveFlags = { readonly value?: string; readonly dryRun?: boolean; readonly json?: boolean }

export function addConflicts(program: Command, finish: (outcome: Outcome) => void): void {
  const conflicts = program
    .command('conflicts')
    .description('what waits for you, why, and what to do; with --all also what was decided')
    .option('--all', 'decided ones too')
    .option('--watch', 'again whenever something changes, until Ctrl-C')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: ListFlags) => finish(await decide((deciding) => listOrWatch(deciding, flags))))
  conflicts
    .command('resolve')
    .description('decide: both sides get this value; or which task it is')
    .argument('<id>', 'number of the conflict, or home-<deal>', conflictId)
    .argument(
      '[choice]',
      'left, right or base: what is there, or was before; of several tasks the id of one, or none; of a section that is gone restore or let-go',
    )
    .option('--value <text>', 'another value, e.g. "Call Dana" or 2026-12-01')
    .option('--dry-run', 'show what would be written; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (id: string, choice: string | undefined, own: ResolveFlags, command: Command) => {
      const flags: ResolveFlags = { ...own, json: command.optsWithGlobals<ResolveFlags>().json === true }
      const answer = answerOf(choice, flags)
      finish(await decide(async (deciding) => say(await resolve(deciding, id, answer, flags), flags.json)))
    })
}

async function listOrWatch(deciding: Deciding, flags: ListFlags): Promise<Outcome> {
  const look = () => list(deciding, flags)
  if (flags.watch !== true) return say(await look(), flags.json)
  return watchAnswers({ signal: deciding.signal, look, json: flags.json === true })
}

export async function list({ deps }: Pick<Deciding, 'deps'>, flags: ListFlags): Promise<Answer> {
  const rows = await listConflicts(deps.db, { decided: flags.all === true })
  const stuck = await waitingPairs(deps.db)
  const views = await ambiguityViews(deps.db)
  const rollbacks = await standingRollbacks(deps.db, null)
  const homes = await homeConflicts(deps.db, { decided: flags.all === true })
  const pairs = [...new Set([...rows, ...stuck, ...rollbacks].map((row) => row.pairId))]
  const members = await membersOf(deps.db, pairs)
  const title = (pairId: string) => titleOf(members.filter((member) => member.pairId === pairId))
  const listed = rows.map((conflict): ListedConflict => {
    const view = views.find((one) => one.id === conflict.id)
    return { conflict, title: title(conflict.pairId), view }
  })
  const waiting = stuck.map((pair) => ({ pair, title: title(pair.pairId) }))
  const broken = (await mappingsOf(deps.db, null)).filter(
    (one) => one.broken !== null && one.direction !== 'off',
  )
  const zone = await shownZone(deps.db)
  const names = await pairNames(deps, pairs)
  const back = rollbacks.map((rollback) => ({
    rollback,
    title: title(rollback.pairId),
    names: names(rollback.pairId),
  }))
  const found = inZone(
    [
      ...conflictLines(listed, zone, names),
      ...homeConflictLines(homes, zone),
      ...waitingLines(waiting),
      ...rollbackLines(back, zone),
      ...brokenLines(broken, await routeNames(deps)),
    ],
    zone,
  )
  const nothing = flags.all === true ? 'There has been no conflict.' : 'Nothing waits for your decision.'
  const waits =
    waiting.length + broken.length > 0 ||
    listed.some(({ conflict }) => conflict.decision === null) ||
    homes.some(({ decision }) => decision === null)
  return {
    json: {
      conflicts: [...conflictsJson(listed).conflicts, ...homes.map((home) => homeConflictJson(home, homes))],
      waiting: waitingJson(waiting),
      rolledBack: rollbacks.map(rollbackJson),
      brokenMappings: broken.map(({ id, broken }) => ({ mapping: id, ...broken })),
    },
    lines: found.length === 0 ? [nothing] : found,
    outcome: waits ? 3 : 0,
  }
}

/** Exactly one of the two. Throws UserError (exit code 2). */
function answerOf(choice: string | undefined, { value }: ResolveFlags): Chosen {
  if (choice !== undefined && value === undefined) return { choice }
  if (choice === undefined && value !== undefined) return { value }
  throw new UserError({
    code: 'ONE_ANSWER',
    message: 'Give one answer: left, right, base, a task, none, or --value with a text.',
    hints: [`${quoted('conflicts')} shows what each side holds.`],
    exitCode: 2,
  })
}

export async function resolve(
  deciding: Deciding,
  id: ConflictRow['id'],
  answer: Chosen,
  { dryRun = false }: ResolveFlags,
): Promise<Answer> {
  const home = readHomeConflictId(id)
  if (home !== null) return resolveGone(deciding, home, answer, dryRun)
  const { deps, wake } = deciding
  const run = dryRun ? onTrial : inTransaction
  const done = await run(deps.db, (tx) => resolveConflict(tx, deps, id, answer))
  const outcome = dryRun ? 0 : await wake([done.pair])
  const zone = await shownZone(deps.db)
  const names = await pairNames(deps, [done.pair])
  const lines = [
    ...inZone(resolvedLines(done, zone, names(done.pair)), zone),
    ...(await nextLines(deps.db, done)),
  ]
  return { json: done, lines: dryRun ? [DRY, ...lines] : lines, outcome }
}

function resolvedLines(
  { conflict, pair, title, writes, decision, task }: Resolution,
  zone: string,
  names: SideNames,
): string[] {
  const head = `Conflict ${conflict} of ${pairWords(pair, title)} is decided.`
  if (task)
    return [head, decision === 'none' ? '  It is a task of its own.' : `  It is one with ${decision}.`]
  if (writes.length === 0) return [head, '  Both sides hold the value already: nothing is written.']
  const written = writes.map(({ side, field, from, to }) => {
    const words = (value: unknown) => valueWords(field, value, zone, names.lists[side])
    return `  ${names[side]}: ${field} ${words(from)} -> ${words(to)}`
  })
  return [head, ...written]
}

/** How it goes on; of a question which task it is, the writes are decided only then. */
async function nextLines(db: Db, { pair, task, writes }: Resolution): Promise<string[]> {
  if (!task && writes.length === 0) return []
  const seen = task ? [`${quoted(`explain pair/${pair}`)} shows how it goes on.`] : []
  return [...(await whenWritten(db, [pair])), ...seen]
}
