import { join } from 'node:path'
import type { Log } from '../config/log.ts'
import { type Child, commandChild } from './child.ts'
import { choosePort, rememberPort } from './process/ports.ts'
import { waitFor } from './process/wait.ts'

const READY_TIMEOUT_MS = 60_000

/**
 * Both simulated services as one child, on free ports that are the same at every start. What the user did there is
 * kept in the data folder: a sync record that outlives the accounts it speaks of would take new tasks for old ones.
 */
export async function simulatorsChild(options: {
  program: string
  dataDir: string
  env: NodeJS.ProcessEnv
  log: Log
}): Promise<Child> {
  const { dataDir, log } = options
  const fub = await portFor('simulated-follow-up-boss')
  const todoist = await portFor('simulated-todoist')
  const addresses = { followUpBoss: `http://127.0.0.1:${fub}`, todoist: `http://127.0.0.1:${todoist}` }
  const ports = ['--fub-port', String(fub), '--todoist-port', String(todoist)]
  return commandChild({
    role: 'simulators',
    command: process.execPath,
    args: [options.program, ...ports, '--data', 'demo', '--state', join(dataDir, 'simulators')],
    env: { ...options.env, DEALBRIDGE_DATA_DIR: dataDir },
    stopTimeoutMs: 2_000,
    logIn: dataDir,
    ready: async (_child, signal) => {
      const up = async () => {
        if (signal.aborted) return false
        const answers = await Promise.all(Object.values(addresses).map(answersAt))
        return answers.every(Boolean) ? true : undefined
      }
      await waitFor(up, { timeoutMs: READY_TIMEOUT_MS })
      return addresses
    },
  })

  async function portFor(service: string): Promise<number> {
    const request = { dataDir, service, option: '--fub-port or --todoist-port', log }
    const { port } = await choosePort(request)
    await rememberPort(request, port)
    return port
  }
}

async function answersAt(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/__sim/requests`, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
