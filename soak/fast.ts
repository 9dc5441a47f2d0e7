import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { createLog } from '../src/config/log.ts'
import { startEmbeddedPostgres } from '../src/starter/embedded/postgres.ts'
import type { SoakOptions } from './options.ts'
import { type FastKind, NOTHING, plus, type Share, type Told, type Totals } from './progress.ts'

const PROCESS = fileURLToPath(
  new URL(`fast-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)
const REPORT_EVERY_MS = 15_000

/** Plays histories in processes of its own, over a Postgres of its own. Rejects when one of them dies, or on `signal`. */
export async function playFast(
  kind: FastKind,
  { count, seed, workers }: { readonly count: number } & Pick<SoakOptions, 'seed' | 'workers'>,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<Totals> {
  const folder = await mkdtemp(join(tmpdir(), 'dealbridge-soak-'))
  const log = createLog({ level: 'warn', format: 'json' })
  try {
    const server = await startEmbeddedPostgres({ dataDir: folder, log, durable: false })
    try {
      let totals = NOTHING
      const done: number[] = []
      const note = (told: Told) => {
        totals = plus(totals, told)
        done.push(told.seed)
        if (told.failure !== null) tell(told.failure)
      }
      const report = setInterval(
        () =>
          tell(
            `${totals.histories} histories, ${totals.failed} failed; go on from seed ${firstMissing(seed, done)}`,
          ),
        REPORT_EVERY_MS,
      )
      try {
        const shares = Array.from({ length: Math.min(workers, count) }, async (_, n) => {
          const url = await newDatabase(server.url, `soak_${n}`)
          return playShare({ kind, url, seed: seed + n, end: seed + count, step: workers }, signal, note)
        })
        await Promise.all(shares)
      } finally {
        clearInterval(report)
      }
      return totals
    } finally {
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Where an interrupted run is taken up again: everything below has been played. */
export function firstMissing(seed: number, done: readonly number[]): number {
  const played = new Set(done)
  let next = seed
  while (played.has(next)) next += 1
  return next
}

function playShare(share: Share, signal: AbortSignal, note: (told: Told) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { env: { ...process.env, TZ: 'UTC' } })
    const stop = () => child.kill()
    signal.addEventListener('abort', stop, { once: true })
    child.on('message', (told: Told) => note(told))
    child.on('error', reject)
    child.on('exit', (code) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(signal.reason as Error)
      else if (code === 0) resolve()
      else reject(new Error(`a process that plays histories ended with ${code}; its output says why`))
    })
    child.send(share)
  })
}

async function newDatabase(serverUrl: string, name: string): Promise<string> {
  const server = postgres(serverUrl, { max: 1, onnotice: () => undefined })
  try {
    await server`create database ${server(name)}`
  } finally {
    await server.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
