import { startTodoist } from '../../simulators/todoist/start.ts'

/** What these tests look at of a task or project of the service. */
export type Row = { readonly id: string; readonly content: string; readonly [key: string]: unknown }

/** An empty simulated account, and what a test does there beside the provider. */
export type Simulated = {
  readonly url: string
  /** A fault for the nth Sync request from now on: `reply-lost`, `status:503`, … */
  fault(what: string, nth?: number): Promise<unknown>
  settings(patch: Record<string, unknown>): Promise<unknown>
  /** Moves its clock forward. */
  advance(ms: number): Promise<unknown>
  keys(keys: readonly string[] | null): Promise<unknown>
  /** A user's own call; POST when there is a body. `path` begins after `/api/v1`. */
  user(path: string, body?: unknown): Promise<Row>
  items(): Promise<Row[]>
  projects(): Promise<Row[]>
  sections(): Promise<Row[]>
  /** Paths of the requests that came from the provider since the last reset. */
  requests(): Promise<string[]>
  reset(): Promise<unknown>
  close(): Promise<void>
}

type Kind = 'items' | 'projects' | 'sections'

export async function startSimulated(): Promise<Simulated> {
  const sim = await startTodoist({ port: 0, data: 'empty', seed: 1 })
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${sim.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: 'Bearer user', 'content-type': 'application/json', 'x-sim-actor': 'user' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return text === '' ? {} : JSON.parse(text)
  }
  const list = async (kind: Kind) => {
    const all = await ask('/api/v1/sync', { sync_token: '*', resource_types: [kind] })
    return (all as Record<Kind, Row[]>)[kind]
  }
  return {
    url: sim.url,
    fault: (what, nth = 1) => ask('/__sim/faults', [{ match: 'POST /api/v1/sync', nth, do: what }]),
    settings: (patch) => ask('/__sim/settings', patch),
    advance: (advanceMs) => ask('/__sim/clock', { advanceMs }),
    keys: (keys) => ask('/__sim/keys', { keys }),
    user: (path, body) => ask(`/api/v1${path}`, body) as Promise<Row>,
    items: () => list('items'),
    projects: () => list('projects'),
    sections: () => list('sections'),
    requests: async () => {
      const report = (await ask('/__sim/requests')) as { requests: { actor: string; path: string }[] }
      return report.requests.filter(({ actor }) => actor === 'client').map(({ path }) => path)
    },
    reset: () => ask('/__sim/reset', {}),
    close: () => sim.close(),
  }
}
