import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StandOptions } from '../stand.ts'
import { onStand } from '../stand.ts'
import { CalDavAccount } from './account.ts'
import { compareAccounts, type Deviations, type Sides } from './compare-accounts.ts'
import { Dealbridge } from './dealbridge.ts'
import { PARTS, type Part, PROGRAMS, type ProgramName, type Run } from './parts.ts'
import type { ServerLog } from './server-log.ts'
import { titleOf } from './task-text.ts'
import { Vdirsyncer } from './vdirsyncer.ts'

export type Round = { readonly runs: readonly Run[]; readonly deviations: Deviations }

export type RoundOptions = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & {
  readonly size: number
  /** Tasks that are renamed on each side. */
  readonly edits: number
  /** Counted from 0; who goes first alternates. */
  readonly nth: number
  readonly server: { readonly url: string; readonly log: ServerLog; readonly folder: string }
}

/** Both programs from nothing, each between two accounts of its own with the same tasks. */
export async function playRound(options: RoundOptions): Promise<Round> {
  const { size, nth, server, signal, tell } = options
  const accounts = {
    dealbridge: accountsOf(server.url, `dealbridge-${nth}`),
    vdirsyncer: accountsOf(server.url, `vdirsyncer-${nth}`),
  }
  for (const [left, right] of Object.values(accounts)) {
    await left.makeFullList(size)
    await right.makeEmptyList()
  }
  const place = { folder: join(server.folder, `round-${nth}`), serverUrl: server.url, signal }
  await mkdir(place.folder)
  return onStand({ ...options, tasks: 0 }, async ({ product }) => {
    tell(`round ${nth + 1}: starting Dealbridge`)
    await product.start('--yes')
    await product.settled()
    const dealbridge = await Dealbridge.between(accounts.dealbridge, product, place)
    try {
      const vdirsyncer = await Vdirsyncer.between(accounts.vdirsyncer, place)
      return await playParts(options, accounts, { dealbridge, vdirsyncer })
    } finally {
      await dealbridge.close()
    }
  })
}

type Both = { readonly dealbridge: Dealbridge; readonly vdirsyncer: Vdirsyncer }
type Accounts = Readonly<Record<ProgramName, readonly [CalDavAccount, CalDavAccount]>>

async function playParts(options: RoundOptions, accounts: Accounts, programs: Both): Promise<Round> {
  const { size, edits, nth, server, tell } = options
  const { dealbridge, vdirsyncer } = programs
  const runs: Run[] = []
  const sync = () => vdirsyncer.run('sync')
  const time = async (part: Part, program: ProgramName, work: () => Promise<number>) => {
    const mark = await server.log.mark()
    const seconds = await work()
    const served = await server.log.since(mark)
    tell(
      `round ${nth + 1}: ${part}, ${program}: ${seconds.toFixed(2)} s, ${served.read + served.write} requests`,
    )
    runs.push({ part, program, seconds, served })
  }
  const both = async (part: Part, ours: () => Promise<number>) => {
    const works = { dealbridge: ours, vdirsyncer: sync }
    const first = (nth + PARTS.indexOf(part)) % 2
    for (const program of [...PROGRAMS.slice(first), ...PROGRAMS.slice(0, first)])
      await time(part, program, works[program])
  }
  const found: Deviations[] = []
  const compare = async (renamed: ReadonlyMap<string, string>) => {
    for (const [program, [left, right]] of Object.entries(accounts)) {
      const sides: Sides = { left: await left.tasks(), right: await right.tasks() }
      found.push(compareAccounts(program, { size, renamed }, sides))
    }
  }

  await both('firstSync', () => dealbridge.firstSync())
  await compare(new Map())
  await both('empty', () => dealbridge.pass())
  const onLeft = renames(0, edits)
  const onRight = renames(edits, edits)
  for (const [left, right] of Object.values(accounts)) {
    await left.rename(onLeft)
    await right.rename(onRight)
  }
  await both('edits', () => dealbridge.pass())
  await compare(new Map([...onLeft, ...onRight]))
  await both('emptyAfter', () => dealbridge.pass())
  await time('complete', 'dealbridge', () => dealbridge.syncOnce())
  await compare(new Map([...onLeft, ...onRight]))
  return {
    runs,
    deviations: {
      lost: found.flatMap(({ lost }) => lost),
      surplus: found.flatMap(({ surplus }) => surplus),
    },
  }
}

function renames(from: number, count: number): Map<string, string> {
  return new Map(
    Array.from(
      { length: count },
      (_, nth) => [titleOf(from + nth), `${titleOf(from + nth)} renamed`] as const,
    ),
  )
}

function accountsOf(url: string, name: string): [CalDavAccount, CalDavAccount] {
  return [new CalDavAccount(url, usernames(name)[0]), new CalDavAccount(url, usernames(name)[1])]
}

/** The two users of one program in one round. */
export function usernames(name: string): [string, string] {
  return [`${name}-left`, `${name}-right`]
}
