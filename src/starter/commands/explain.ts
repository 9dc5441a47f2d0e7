import type { Command } from 'commander'
import { explain as explainKnown, type TaskReference } from '../../activities/explain.ts'
import { lookOutside } from '../../activities/look-outside.ts'
import { knownJson } from '../../activities/shown/known-task.ts'
import { UserError } from '../../config/errors.ts'
import type { Db } from '../../store/database.ts'
import { type Answer, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { knownLines } from '../explain-lines.ts'
import { idBeginning } from '../local/named.ts'
import { outsideLines } from '../outside-lines.ts'
import { inZone, zoneLine } from '../shown-zone.ts'
import { pairNames } from '../side-names.ts'
import { readReference } from '../task-reference.ts'
import type { Outcome } from './shared.ts'

type ExplainFlags = { readonly json?: boolean }

export function addExplain(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('explain')
    .description('what is known of a task on both sides, why it is as it is, and what happens next')
    .argument(
      '<id or link>',
      'number of a pair, id of a task in either service, first digits of one of your own, or its link',
    )
    .option('--json', 'one JSON document on stdout')
    .action(async (text: string, flags: ExplainFlags) =>
      finish(await decide(async (deciding) => say(await explain(deciding, text), flags.json))),
    )
}

export async function explain(
  deciding: Pick<Deciding, 'deps' | 'secretKey' | 'signal'>,
  text: string,
): Promise<Answer> {
  const { deps, secretKey, signal } = deciding
  const given = readReference(text)
  if (given === null) throw notAReference(text)
  const exact = await explainKnown(deps, given)
  const reference = exact.length > 0 ? given : await inFull(deps.db, given)
  const known = exact.length > 0 ? exact : await explainKnown(deps, reference)
  if (known.length > 0) {
    const waits = known.some(({ pair }) => pair.state !== 'ok')
    const names = await pairNames(
      deps,
      known.map(({ pair }) => pair.id),
    )
    const oneZone = new Set(known.map(({ route }) => route.zone)).size === 1
    const lines = known.flatMap((one, at) => {
      const { zone } = one.route
      const own = knownLines(one, zone, names(one.pair.id))
      if (!oneZone) return [...(at === 0 ? [] : ['']), zoneLine(zone), ...own]
      return at === 0 ? inZone(own, zone) : ['', ...own]
    })
    return { json: { tasks: known.map(knownJson), outside: [] }, lines, outcome: waits ? 3 : 0 }
  }
  const asking = {
    ...deps,
    secretKey: await secretKey(),
    wakeTasks: async () => undefined,
    wakeDeals: async () => undefined,
  }
  const looks = await lookOutside(asking, reference, signal)
  const there = looks.filter((look) => look.found === 'present')
  const told = there.length > 0 ? there : looks
  const unreached = looks.some((look) => look.found === 'unreached')
  const head = there.length > 0 ? 'The record knows no such task; the service does:' : `Nobody knows ${text}.`
  return {
    json: { tasks: [], outside: looks },
    lines: [head, ...told.flatMap(outsideLines), ...(there.length > 0 ? [] : [ADVICE])],
    outcome: there.length > 0 ? 0 : unreached ? 4 : 2,
  }
}

/** Ids of our own tasks are shown by their first digits. */
async function inFull(db: Db, reference: TaskReference): Promise<TaskReference> {
  const own = reference.kind === 'any' || (reference.kind === 'task' && reference.provider === 'local')
  const id = own ? await idBeginning(db, reference.id) : null
  return id === null ? reference : { kind: 'task', provider: 'local', id }
}

const ADVICE =
  'Give the number of a pair, the id of a task in either service, the first digits of that of one of your own, or its link.'

function notAReference(text: string): UserError {
  return new UserError({
    code: 'NOT_A_TASK',
    message: `“${text}” is neither an id nor a link of a task.`,
    hints: [`${ADVICE} ${quoted('log')} shows the numbers of pairs.`],
    exitCode: 2,
  })
}
