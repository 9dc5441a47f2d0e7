import { AS_USER, basicKey, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim, SimOptions } from '../kit/service.ts'
import { startFollowUpBoss } from './start.ts'

/** A simulator for the tests of one file, with the clients that play on it. */
export interface TestSim {
  /** The owner's key of a registered system. */
  api: SimClient
  user: SimClient
  url: string
  /** For `beforeAll`, `afterAll` and `beforeEach`. */
  start(): Promise<void>
  stop(): Promise<void>
  reset(): Promise<void>
  /** Changes switches. */
  set(patch: Record<string, unknown>): Promise<unknown>
  /** Moves the clock on. */
  wait(ms: number): Promise<unknown>
}

/** The system that `api` belongs to. */
const SYSTEM = { 'x-system': 'Dealbridge', 'x-system-key': 'example-system-key' }

/** Nothing runs before `start`. */
export function testSim(options: Partial<SimOptions> = {}): TestSim {
  let sim: RunningSim | undefined
  const nowhere = simClient('http://127.0.0.1:9')
  const found: TestSim = {
    api: nowhere,
    user: nowhere,
    url: '',
    async start() {
      sim = await startFollowUpBoss({ port: 0, data: 'demo', seed: 1, ...options })
      found.url = sim.url
      found.api = simClient(sim.url, { ...basicKey('k'), ...SYSTEM })
      found.user = simClient(sim.url, AS_USER)
    },
    async stop() {
      await sim?.close()
    },
    async reset() {
      await found.user.call('POST', '/__sim/reset')
    },
    set: (patch) => found.user.call('POST', '/__sim/settings', patch),
    wait: (ms) => found.user.call('POST', '/__sim/clock', { advanceMs: ms }),
  }
  return found
}
