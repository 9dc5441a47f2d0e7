import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCalDav } from '../test/support/caldav-servers.ts'
import { PASSWORD } from './caldav/account.ts'
import { figuresOf, notesOn, ratioOf } from './caldav/figures.ts'
import { PROGRAMS } from './caldav/parts.ts'
import { playRound, type Round, usernames } from './caldav/round.ts'
import { ServerLog } from './caldav/server-log.ts'
import type { Outcome } from './result.ts'
import type { StandOptions } from './stand.ts'

const ROUNDS = 3
const EDITS = 100

/**
 * Two CalDAV accounts on one Radicale, kept in step by Dealbridge and, beside it, two more with the same tasks by
 * vdirsyncer: a first sync into an empty account, passes without changes, edits on each side. Every round begins with empty
 * accounts and programs; who goes first alternates. What counts is the median of the rounds.
 */
export async function caldav(
  options: Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { readonly size: number },
): Promise<Outcome> {
  const { size, signal, tell } = options
  const folder = await mkdtemp(join(tmpdir(), 'dealbridge-bench-caldav-'))
  const logPath = join(folder, 'radicale.log')
  tell('starting Radicale')
  const server = await startCalDav('radicale', { log: logPath })
  try {
    await server.setUsers(everybody())
    const edits = Math.min(EDITS, Math.floor(size / 2))
    const rounds: Round[] = []
    for (let nth = 0; nth < ROUNDS; nth += 1) {
      signal.throwIfAborted()
      const place = { url: server.url, log: new ServerLog(logPath), folder }
      rounds.push(await playRound({ ...options, edits, nth, server: place }))
    }
    return outcomeOf(size, edits, rounds)
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function outcomeOf(size: number, edits: number, rounds: readonly Round[]): Outcome {
  const figures = figuresOf(rounds.flatMap(({ runs }) => runs))
  const { firstSync, ...passes } = figures.dealbridge
  const lost = rounds.flatMap(({ deviations }) => deviations.lost)
  const surplus = rounds.flatMap(({ deviations }) => deviations.surplus)
  return {
    result: {
      name: 'caldav',
      size,
      seconds: firstSync?.seconds ?? 0,
      requests: { caldav: firstSync?.requests ?? { read: 0, write: 0 } },
      passes,
      vdirsyncer: figures.vdirsyncer,
      ratio: ratioOf(figures),
      lost: lost.length,
      duplicated: surplus.length,
    },
    notes: notesOn(figures, { rounds: rounds.length, edits }),
    failures: [...words('lost or not alike', lost), ...words('too many or not alike', surplus)],
  }
}

function everybody(): Record<string, string> {
  const names = Array.from({ length: ROUNDS }, (_, nth) =>
    PROGRAMS.map((program) => `${program}-${nth}`),
  ).flat()
  return Object.fromEntries(names.flatMap(usernames).map((name) => [name, PASSWORD]))
}

function words(kind: string, tasks: readonly string[]): string[] {
  return tasks.length === 0 ? [] : [`${tasks.length} ${kind}: ${tasks.slice(0, 5).join('; ')}`]
}
