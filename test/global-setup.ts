import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createLog } from '../src/config/log.ts'
import { startEmbeddedPostgres } from '../src/starter/embedded/postgres.ts'
import { startGuard } from './support/guard.ts'
import './support/provided.ts'

/** One Postgres for the whole run; each test file makes databases of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'dealbridge-test-'))
  const guard = startGuard(folder)
  const log = createLog({ level: 'warn', format: 'json' })
  const server = await startEmbeddedPostgres({ dataDir: folder, log, durable: false })
  guard.watch(server.pid)
  project.provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
    guard.dismiss()
  }
}
