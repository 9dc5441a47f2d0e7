import { rm } from 'node:fs/promises'
import type { TestProject } from 'vitest/node'
import { createLog, type Log } from '../src/config/log.ts'
import { startEmbeddedPostgres } from '../src/starter/embedded/postgres.ts'
import { startEmbeddedTemporal } from '../src/starter/embedded/temporal.ts'
import { openDatabase } from '../src/store/database.ts'
import { migrate } from '../src/store/migrate.ts'
import { startGuard } from './support/guard.ts'
import { memoryFolder } from './support/memory-folder.ts'
import './support/provided.ts'
import { NAMESPACES, SPARE_NAMESPACES } from './support/temporal.ts'
import { temporalForTests } from './support/temporal-binary.ts'

const MIGRATED = 'migrated'

/** One Postgres and one Temporal for the whole run; each test file makes databases and has a namespace to itself. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await memoryFolder('dealbridge-test-')
  const guard = startGuard(folder)
  const log = createLog({ level: 'warn', format: 'json' })
  const started = await Promise.allSettled([startPostgres(folder, log), startTemporal(folder, log)])
  const stop = async () => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)))
    await rm(folder, { recursive: true, force: true })
    guard.dismiss()
  }
  const [postgres, temporal] = started
  if (postgres.status === 'rejected' || temporal.status === 'rejected') {
    await stop()
    throw new AggregateError(
      started.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])),
      'The services that tests need did not start',
    )
  }
  guard.watch(postgres.value.pid)
  guard.watch(temporal.value.pid)
  project.provide('postgresUrl', postgres.value.url)
  project.provide('migratedDatabase', MIGRATED)
  project.provide('temporalAddress', temporal.value.address)
  project.provide('runFolder', folder)
  return stop
}

async function startPostgres(dataDir: string, log: Log) {
  const postgres = await startEmbeddedPostgres({ dataDir, log, durable: false })
  try {
    await makeMigrated(postgres.url)
  } catch (error) {
    await postgres.stop()
    throw error
  }
  return postgres
}

async function makeMigrated(serverUrl: string): Promise<void> {
  const server = openDatabase({ url: serverUrl, max: 1 })
  await server`create database ${server(MIGRATED)}`.finally(() => server.end())
  const url = new URL(serverUrl)
  url.pathname = `/${MIGRATED}`
  const db = openDatabase({ url: url.href, max: 1 })
  await migrate(db).finally(() => db.end())
}

async function startTemporal(dataDir: string, log: Log) {
  const binary = await temporalForTests(log)
  return startEmbeddedTemporal({
    dataDir,
    binary,
    uiPort: 'none',
    inMemory: true,
    namespaces: [...NAMESPACES, ...SPARE_NAMESPACES],
    log,
  })
}
