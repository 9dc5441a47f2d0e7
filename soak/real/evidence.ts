import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exchange } from '../../test/histories/services/journal.ts'
import { NAMES } from '../../test/histories/services/sides.ts'
import { pictureOf } from '../../test/histories/services/users.ts'
import type { Outcome } from './history.ts'
import { ownership, ownPicture } from './own.ts'
import type { Stand } from './stand.ts'
import type { Timeline } from './timeline.ts'

/** A failed history for a person: what is wrong, and its story. The folder that it names holds the rest. */
export async function keepEvidence(stand: Stand, timeline: Timeline, outcome: Outcome): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `dealbridge-soak-failed-${timeline.seed}-`))
  const text = [
    `seed ${timeline.seed} fails (real):`,
    ...outcome.failures.map((one) => `  ${one}`),
    ...storyOf(stand, outcome).map((line) => `    ${line}`),
    `the logs of all processes, every request, the record and both accounts: ${folder}`,
    `again: npm run soak -- --real 1 --seed ${timeline.seed}`,
    '',
  ].join('\n')
  const write = (name: string, what: unknown) => writeFile(join(folder, name), JSON.stringify(what, null, 1))
  await writeFile(join(folder, 'story.txt'), text)
  await write('timeline.json', timeline)
  await write('requests.json', stand.journal.exchanges)
  await write('accounts.json', ownPicture(await pictureOf(stand.users), ownership(timeline.firstToken)))
  await cp(join(stand.dataDir, 'start.log'), join(folder, 'start.log'))
  await cp(join(stand.dataDir, 'logs'), join(folder, 'logs'), { recursive: true }).catch(() => undefined)
  const record = await recordOf(stand).catch((error: unknown) => String(error))
  await write('record.json', record)
  return text
}

/** What users and faults did, and what the product wrote meanwhile, with seconds since the beginning. */
export function storyOf({ journal }: Stand, { played }: Outcome): string[] {
  const began = journal.timeOf(1)
  const writes = journal.exchanges
    .filter((one) => one.writes || one.status !== 200)
    .map((one) => ({ count: one.count, text: `  product: ${described(one)}` }))
  return [...played.story, ...writes]
    .sort((a, b) => a.count - b.count)
    .map(({ count, text }) => `${((journal.timeOf(count) - began) / 1000).toFixed(3).padStart(8)} ${text}`)
}

function described({ side, method, path, body, status }: Exchange): string {
  const what = body.includes('"commands":')
    ? (JSON.parse(body) as { commands: { type: string; args: unknown }[] }).commands
        .map(({ type, args }) => `${type} ${JSON.stringify(args)}`)
        .join('; ')
    : `${method} ${path} ${body}`
  return `${NAMES[side]}: ${what.slice(0, 400)} → ${status === 0 ? 'no answer' : status}`
}

/** The tables that say what became of each task. */
async function recordOf(stand: Stand): Promise<Record<string, unknown>> {
  const tables = [
    'pair',
    'pair_member',
    'remote_task',
    'op',
    'conflict',
    'delivery',
    'sync_state',
    'route',
  ] as const
  return stand.onRecord(async (db) => {
    const rows: Record<string, unknown> = {}
    for (const table of tables) rows[table] = await db`select * from ${db(table)}`
    return rows
  })
}
