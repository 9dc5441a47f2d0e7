import type { Command } from 'commander'
import { accountsOf } from '../accounts.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { chooseDataDir } from '../data-dir.ts'
import { type Rotation, rotateKeys } from '../rotate-keys.ts'
import { type KeySource, loadSecretKeys } from '../secret-key.ts'
import { findRecordUrl, openRecordSession, type RecordSession } from '../session.ts'
import { configured, type Outcome } from './shared.ts'

type RotateFlags = { readonly dryRun?: boolean; readonly json?: boolean }

export function addKeys(program: Command, finish: (outcome: Outcome) => void): void {
  const keys = program.command('keys').description('the key that seals stored credentials')
  keys
    .command('rotate')
    .description('seal all stored credentials by a new key, while everything runs')
    .option('--dry-run', 'show what would be sealed anew; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: RotateFlags) => finish(await rotate(flags)))
}

async function rotate(flags: RotateFlags): Promise<Outcome> {
  const config = configured()
  const { run } = await findRecordUrl(config)
  const source = await loadSecretKeys(config, run?.dataDir ?? chooseDataDir(config.DEALBRIDGE_DATA_DIR).path)
  const session = await openRecordSession(config)
  try {
    return say(await rotated(session, source, flags), flags.json)
  } finally {
    await session.close()
  }
}

export async function rotated(
  { db, config, demo, signal }: RecordSession,
  source: KeySource,
  { dryRun = false }: RotateFlags,
): Promise<Answer> {
  // Addresses do not matter: it is about credentials. The demo's are made anew with its accounts.
  const { left, right } = demo
    ? { left: null, right: null }
    : accountsOf(
        config,
        { demo: false, followUpBossUrl: undefined, todoistUrl: undefined },
        { left: '', right: '' },
      )
  const given = [left, right].flatMap((account) => (account === null ? [] : [account.credentials]))
  const done = await rotateKeys({ db, source, given, dryRun, signal })
  const lines = linesOf(done, source)
  const { droppedFrom, ...json } = done
  return {
    json: { ...json, dropped: droppedFrom !== null && !dryRun, written: !dryRun },
    lines: dryRun ? [DRY, ...lines] : lines,
    outcome: done.closed.length > 0 ? 3 : 0,
  }
}

function linesOf(done: Rotation, source: KeySource): string[] {
  const { made, droppedFrom, resealed, closed, unknown } = done
  return [
    ...(made ? ['A new key is made.'] : []),
    resealed.length === 0
      ? 'All credentials that can be opened are sealed by the newest key.'
      : `Sealed by the newest key: the credentials of ${resealed.join(', ')}.`,
    ...closed.map(
      (name) =>
        `No key opens the credentials of ${name}: enter them again (connect edit ${name} --credentials).`,
    ),
    ...unknown.map(
      (name) =>
        `${name}: the key in the configuration is not known here; the next start takes it for a new one.`,
    ),
    droppedFrom === null
      ? `The older keys open nothing any more but backups from before: take them out of ${source.file ?? 'DEALBRIDGE_SECRET_KEY'}.`
      : `The newest key alone is in ${droppedFrom}. Backups from before are sealed by the old one.`,
  ]
}
