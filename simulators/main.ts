import { startFollowUpBoss } from './follow-up-boss/start.ts'
import type { RunningSim } from './kit/service.ts'
import { readOptions, USAGE } from './options.ts'
import { startTodoist } from './todoist/start.ts'

/** Serves both simulated services until SIGINT or SIGTERM. Exits 2 on absurd options, 1 when a port is taken. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}`)
    process.exitCode = 2
    return
  }
  if (options.help) {
    process.stdout.write(USAGE)
    return
  }
  const { host, data, seed, keys, state } = options
  const both = { host, data, seed, keys, state }
  const running: RunningSim[] = []
  try {
    running.push(await startFollowUpBoss({ port: options.fubPort, ...both }))
    running.push(await startTodoist({ port: options.todoistPort, tasks: options.todoistTasks, ...both }))
  } catch (error) {
    await Promise.all(running.map((sim) => sim.close()))
    process.stderr.write(`${startFailure(error)}\n`)
    process.exitCode = 1
    return
  }
  const [fub, todoist] = running
  process.stderr.write(
    `Follow Up Boss (simulated)  API ${fub?.url}/v1       play the user: ${fub?.url}/__sim/\n` +
      `Todoist (simulated)         API ${todoist?.url}/api/v1   play the user: ${todoist?.url}/__sim/\n`,
  )
  const stop = (): void => {
    void Promise.all(running.map((sim) => sim.close()))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

function startFailure(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}. Another program uses that port: end it, or choose one with --fub-port / --todoist-port.`
  }
  return `The simulators could not start: ${error instanceof Error ? error.message : String(error)}`
}

await main()
