import { z } from 'zod'
import type { Product } from './product.ts'

const ANSWER_MS = 8_000

const health = z.object({
  postgres: z.object({ state: z.string() }),
  temporal: z.object({ state: z.string() }),
  worker: z.object({ state: z.string() }),
  disk: z.object({ state: z.string() }).nullable(),
  connections: z.array(z.object({ provider: z.string(), state: z.string() })).nullable(),
})
const status = z.object({ connections: z.array(z.object({ provider: z.string(), state: z.string() })) })

/** What a person is told at one moment. */
export interface Sight {
  /** Of `/health`: 200 or 503; 0 without an answer. */
  health: number
  /** By what `/health` says: `postgres`, `temporal`, `worker`, and each service. Nothing without an answer. */
  parts: Readonly<Record<string, string>>
  /** Of `dealbridge status`. */
  exitCode: number | string
  /** By what it says of the services; nothing where it could not. */
  services: Readonly<Record<string, string>>
  /** The first line that it has said on stderr. */
  said: string
}

export async function lookAtHealth(api: string): Promise<Pick<Sight, 'health' | 'parts'>> {
  try {
    const answer = await fetch(`${api}/health`, { signal: AbortSignal.timeout(ANSWER_MS) })
    const { postgres, temporal, worker, disk, connections } = health.parse(await answer.json())
    const services = (connections ?? []).map(({ provider, state }) => [provider, state] as const)
    return {
      health: answer.status,
      parts: {
        postgres: postgres.state,
        temporal: temporal.state,
        worker: worker.state,
        ...(disk === null ? {} : { disk: disk.state }),
        ...Object.fromEntries(services),
      },
    }
  } catch {
    return { health: 0, parts: {} }
  }
}

/** Both at once. */
export async function look(product: Product, api: string): Promise<Sight> {
  const [told, asked] = await Promise.all([lookAtHealth(api), product.ask('status', '--json')])
  return { ...told, exitCode: asked.code, services: servicesOf(asked.stdout), said: firstLine(asked.stderr) }
}

function servicesOf(stdout: string): Readonly<Record<string, string>> {
  try {
    const { connections } = status.parse(JSON.parse(stdout))
    return Object.fromEntries(connections.map(({ provider, state }) => [provider, state]))
  } catch {
    return {}
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
