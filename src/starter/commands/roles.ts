import type { Command } from 'commander'
import { createLog } from '../../config/log.ts'
import type { Config } from '../../config/parse.ts'
import { type Addresses, announceReady } from '../../config/ready.ts'
import { migrate } from '../../store/migrate.ts'
import { connectConfigured } from '../connect-configured.ts'
import { chooseDataDir } from '../data-dir.ts'
import { tell } from '../output.ts'
import { openRecord } from '../record.ts'
import { loadSecretKeys } from '../secret-key.ts'
import { embeddedTemporalEnvironment } from '../services.ts'
import { findRecordUrl } from '../session.ts'
import { stopOnSignals } from '../signals.ts'
import { configured, type Outcome } from './shared.ts'

export function addRoles(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('worker')
    .description('run a worker alone; as many as you like beside each other')
    .action(async () => finish(await worker()))
  program
    .command('receiver')
    .description('run the receiver alone: webhooks and /health')
    .action(async () => finish(await receiver()))
}

async function worker(): Promise<Outcome> {
  const config = await joined(configured())
  const log = createLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, role: 'worker' })
  // Loaded here alone: no other command needs what a worker is made of, and each would begin later for it.
  const { startWorker } = await import('../../worker/run-worker.ts')
  const ending = new AbortController()
  const running = await startWorker(config, log, {
    connectConfigured: () => connectConfigured(config, log, ending.signal),
  })
  const forget = stopOnSignals(async () => {
    ending.abort()
    running.stop()
  }, log)
  ready('Worker runs')
  await running.stopped.finally(forget)
  stopped()
  return 0
}

async function receiver(): Promise<Outcome> {
  const config = await joined(configured())
  const log = createLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, role: 'receiver' })
  const { startReceiver } = await import('../../receiver/run-receiver.ts')
  const running = await startReceiver(config, log)
  const forget = stopOnSignals(async () => running.stop(), log)
  ready(`Receiver runs at ${running.url}`, { api: running.url })
  await running.stopped.finally(forget)
  stopped()
  return 0
}

/** A supervisor reads a line of JSON; a person at a terminal gets a sentence. */
function ready(sentence: string, addresses: Addresses = {}): void {
  if (process.stdout.isTTY) tell(`${sentence}; stop with Ctrl-C.`)
  else announceReady(addresses)
}

function stopped(): void {
  if (process.stdout.isTTY) tell('Stopped.')
}

/** The configuration with the record and Temporal of a running `start` where none are configured; schema up to date. */
async function joined(config: Config): Promise<Config> {
  const { url, run } = await findRecordUrl(config)
  const dataDir = run?.dataDir ?? chooseDataDir(config.DEALBRIDGE_DATA_DIR).path
  const temporalAddress = config.TEMPORAL_ADDRESS === undefined ? run?.addresses.temporal : undefined
  const { keys, file } = await loadSecretKeys(config, dataDir)
  const db = await openRecord(url)
  await migrate(db).finally(() => db.end({ timeout: 5 }))
  return {
    ...config,
    DATABASE_URL: url,
    DEALBRIDGE_SECRET_KEY: keys().join('\n'),
    secretFiles:
      file === undefined ? config.secretFiles : { ...config.secretFiles, DEALBRIDGE_SECRET_KEY: file },
    environment:
      temporalAddress === undefined
        ? config.environment
        : await embeddedTemporalEnvironment(config.environment, { dataDir, temporalAddress }),
  }
}
