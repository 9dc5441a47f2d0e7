import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import type { RunningSim } from '../../simulators/kit/service.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { waitFor } from '../../src/starter/process/wait.ts'
import { type Answer, beginCommand, buildCommand, type RunningCommand } from './built-command.ts'

/** The built command, with simulated accounts of its own and a folder of its own, which also is where it runs. */
export type ProgramStand = AsyncDisposable & {
  readonly folder: string
  readonly fub: RunningSim
  readonly todoist: RunningSim
  begin(args: readonly string[], env?: NodeJS.ProcessEnv): RunningCommand
  /** What a command answered that had to end well. */
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Answer>
  /** Runs `work` beside a start, once it has said `said`, and stops it; gives back all that it said. */
  beside(start: RunningCommand, said: string, work: () => Promise<void>): Promise<string>
}

/** `keys`: which each service takes. `data`: how many tasks there are in the CRM. `env`: of every command. */
export async function openProgramStand(given: {
  readonly keys: { readonly fub: string; readonly todoist: string }
  readonly data: number | 'empty'
  readonly env: (stand: Pick<ProgramStand, 'folder' | 'fub' | 'todoist'>) => NodeJS.ProcessEnv
}): Promise<ProgramStand> {
  await buildCommand()
  const folder = mkdtempSync(join(tmpdir(), 'dealbridge-e2e-'))
  // As root the embedded Postgres is another user, who must get there.
  chmodSync(folder, 0o755)
  const common = { port: 0, data: given.data, seed: 1 }
  const fub = await startFollowUpBoss({ ...common, keys: [given.keys.fub] })
  const todoist = await startTodoist({ ...common, keys: [given.keys.todoist] })
  const own = given.env({ folder, fub, todoist })
  const begin: ProgramStand['begin'] = (args, env = {}) =>
    beginCommand(args, folder, { API_PORT: '0', LOG_LEVEL: 'warn', ...own, ...env })
  return {
    folder,
    fub,
    todoist,
    begin,
    async run(args, env) {
      const answer = await begin(args, env).ended
      expect(`${args.join(' ')}: exit ${answer.code}\n${answer.stderr}`).toMatch(/: exit 0\n/)
      return answer
    },
    beside,
    async [Symbol.asyncDispose]() {
      await Promise.all([fub.close(), todoist.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function beside(start: RunningCommand, said: string, work: () => Promise<void>): Promise<string> {
  try {
    const early = start.ended.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))
    early.catch(() => {})
    const up = waitFor(async () => (start.said().includes(said) ? true : undefined), {
      timeoutMs: 90_000,
      everyMs: 50,
    })
    expect(await Promise.race([up, early]), start.said()).toBe(true)
    await work()
  } finally {
    try {
      process.kill(start.pid, 'SIGTERM')
    } catch {
      // It has ended by itself, which was told above.
    }
    await start.ended
  }
  return start.said()
}
