import { afterAll, beforeAll, beforeEach } from 'vitest'
import { AS_USER, basicKey, type SimClient, simClient } from '../kit/client.ts'
import type { RunningSim, SimOptions } from '../kit/service.ts'
import { startFollowUpBoss } from './start.ts'

/** A running simulator, reset before each test, with the clients that play on it. */
export interface TestSim {
  /** The owner's key of a registered system. */
  api: SimClient
  user: SimClient
  url: string
  /** Changes switches. */
  set(patch: Record<string, unknown>): Promise<unknown>
  /** Moves the clock on. */
  wait(ms: number): Promise<unknown>
}

/** The name and key of the system that `api` belongs to. */
export const SYSTEM = { 'x-system': 'Dealbridge', 'x-system-key': 'example-system-key' } as const

/** Starts one simulator for the tests of a file. To be called at the top of it. */
export function testSim(options: Partial<SimOptions> = {}): TestSim {
  let sim: RunningSim
  const found = {} as TestSim
  beforeAll(async () => {
    sim = await startFollowUpBoss({ port: 0, data: 'demo', seed: 1, ...options })
    found.url = sim.url
    found.api = simClient(sim.url, { ...basicKey('k'), ...SYSTEM })
    found.user = simClient(sim.url, AS_USER)
    found.set = (patch) => found.user.call('POST', '/__sim/settings', patch)
    found.wait = (ms) => found.user.call('POST', '/__sim/clock', { advanceMs: ms })
  })
  afterAll(() => sim.close())
  beforeEach(() => found.user.call('POST', '/__sim/reset'))
  return found
}
