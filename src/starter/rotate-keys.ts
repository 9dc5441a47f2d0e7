import { chown, rename, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { UserError } from '../config/errors.ts'
import type { Credentials } from '../providers/contract.ts'
import type { Db } from '../store/database.ts'
import { reseal, type SealedBy, sealedBy } from '../store/reseal.ts'
import { quoted } from './command-name.ts'
import { type KeySource, newKey } from './secret-key.ts'

/** Renewals of credentials take less; whoever holds one longer is gone, and its claim with it. */
const PATIENCE_MS = 60_000
const LOOK_MS = 250

export type Rotating = {
  readonly db: Db
  readonly source: KeySource
  /** Credentials that the configuration gives. */
  readonly given: readonly Credentials[]
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

/** By connection: `resealed` by the newest key (with `dryRun`: would be), `closed`: no key opens them. */
export type Rotation = {
  /** A key was made here (with `dryRun`: would be). */
  readonly made: boolean
  /** The older keys are gone from the file; null where whoever runs it has to take them out. */
  readonly droppedFrom: string | null
  readonly resealed: readonly string[]
  readonly closed: readonly string[]
  /** Connections whose configured credentials are not known here: the next start takes what it is given for new. */
  readonly unknown: readonly string[]
}

/**
 * Seals all stored credentials by the newest key. Where only one is in force, a new one is made first, if it is kept in the
 * data folder; else UserError (exit code 2) says how to give one. It may be cut short and run again, and others may work
 * meanwhile: until it ends, old and new key are in force.
 */
export async function rotateKeys(given: Rotating): Promise<Rotation> {
  const { db, source, dryRun } = given
  const before = source.keys()
  const made = before.length === 1
  if (made && !source.own) throw oneKey(source)
  if (dryRun) {
    const all = await sealedBy(db, () => before)
    return {
      made,
      droppedFrom: source.own ? (source.file ?? null) : null,
      resealed: living(all.filter(({ nth }) => nth !== null && (made || nth > 0))),
      closed: living(all.filter(({ nth }) => nth === null)),
      unknown: [],
    }
  }
  if (made && source.file !== undefined) await writeKeys(source.file, [newKey(), ...before])
  const done = await resealAll(given)
  const droppedFrom = source.own ? (source.file ?? null) : null
  if (droppedFrom !== null) await writeKeys(droppedFrom, source.keys().slice(0, 1))
  return { made, droppedFrom, ...done }
}

/** Again until a look finds nothing that is sealed by an older key: others may have stored some meanwhile. */
async function resealAll({
  db,
  source,
  given,
  signal,
}: Rotating): Promise<Pick<Rotation, 'resealed' | 'closed' | 'unknown'>> {
  const deadline = performance.now() + PATIENCE_MS
  const unknown = new Set<string>()
  const resealed = new Set<string>()
  const settled = new Set<string>()
  for (;;) {
    const all = await sealedBy(db, source.keys)
    const left = all.filter(({ nth, connectionId }) => (nth ?? 0) > 0 || !settled.has(connectionId))
    if (left.length === 0)
      return {
        resealed: [...resealed],
        closed: living(all.filter(({ nth }) => nth === null)),
        unknown: [...unknown],
      }
    for (const one of left) {
      const { state, unknown: unfamiliar } = await reseal(db, one.connectionId, { keys: source.keys, given })
      if (state === 'busy') continue
      settled.add(one.connectionId)
      if (unfamiliar && !one.removed) unknown.add(one.name)
      if (state === 'done' && (one.nth ?? 0) > 0 && !one.removed) resealed.add(one.name)
    }
    const busy = left.filter(({ connectionId }) => !settled.has(connectionId))
    if (busy.length === 0) continue
    if (performance.now() > deadline) throw stillBusy(busy)
    await pause(LOOK_MS, undefined, { signal })
  }
}

const living = (all: readonly SealedBy[]) => all.filter((one) => !one.removed).map(({ name }) => name)

/** As one step: who reads it sees the old keys or the new ones. For whoever could read it before, and nobody else. */
async function writeKeys(file: string, keys: readonly string[]): Promise<void> {
  const { mode, uid, gid } = await stat(file)
  const half = `${file}.${process.pid}`
  try {
    await writeFile(half, `${keys.join('\n')}\n`, { mode: mode & 0o777, flush: true })
    const own = await stat(half)
    if (own.uid !== uid || own.gid !== gid) await chown(half, uid, gid)
    await rename(half, file)
  } finally {
    await rm(half, { force: true })
  }
}

function oneKey({ file }: KeySource): UserError {
  const where =
    file === undefined ? 'DEALBRIDGE_SECRET_KEY' : `the file ${file} of DEALBRIDGE_SECRET_KEY_FILE`
  return new UserError({
    code: 'ONE_KEY',
    message: `There is one key in ${where}, and it is yours to keep: a new one is not made here.`,
    hints: [
      'Make one with: openssl rand -base64 32. Put it in front of the old one, in a line of its own.',
      ...(file === undefined ? ['Start every worker and receiver again, so that they know both.'] : []),
      `Then run ${quoted('keys rotate')} again.`,
    ],
    exitCode: 2,
  })
}

function stillBusy(busy: readonly SealedBy[]): UserError {
  return new UserError({
    code: 'BEING_RENEWED',
    message: `The credentials of ${busy.map(({ name }) => name).join(', ')} are being renewed all the time.`,
    hints: [`Old and new key are both in force. Run ${quoted('keys rotate')} again in a minute.`],
  })
}
