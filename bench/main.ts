import { budget } from './budget.ts'
import { burst } from './burst.ts'
import { caldav } from './caldav.ts'
import { deliveries } from './deliveries.ts'
import { firstSync } from './first-sync.ts'
import { latency } from './latency.ts'
import { type BenchOptions, readOptions, USAGE } from './options.ts'
import { outages } from './outages.ts'
import { quietHour } from './quiet-hour.ts'
import { restart } from './restart.ts'
import { type Outcome, resultLines } from './result.ts'
import { simulators } from './simulators.ts'
import { stages } from './stages.ts'

/** Runs one benchmark. Progress goes to stderr, the result to stdout. */
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
  const signal = interrupted()
  try {
    const outcome = await run(options, signal)
    const table = `${resultLines(outcome).join('\n')}\n`
    // With --json the last line of stdout is for a program, the table for a person.
    if (options.json) process.stderr.write(table)
    process.stdout.write(options.json ? `${JSON.stringify(outcome.result)}\n` : table)
    process.exitCode = outcome.failures.length === 0 ? 0 : 1
  } catch (failure) {
    // Whatever was under way when it was stopped fails in words of its own.
    const error: unknown = signal.aborted ? signal.reason : failure
    process.stderr.write(`${options.name}: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

function run(options: BenchOptions, signal: AbortSignal): Promise<Outcome> {
  const began = performance.now()
  const tell = (line: string) => {
    process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
  }
  const { size, seed, every, seconds, rounds } = options
  switch (options.name) {
    case 'first-sync':
      return firstSync({ size, seed, deals: options.deals, signal, tell })
    case 'latency':
      return latency({ size, seed, every, webhooks: options.webhooks, signal, tell })
    case 'stages':
      return stages({ size, seed, signal, tell })
    case 'burst':
      return burst({ size, seed, signal, tell })
    case 'budget':
      return budget({ size, seed, every, signal, tell })
    case 'quiet-hour':
      return quietHour({ size, seed, seconds, signal, tell })
    case 'deliveries':
      return deliveries({ size, seed, seconds, rounds, signal, tell })
    case 'outages':
      return outages({ size, seed, seconds, signal, tell })
    case 'restart':
      return restart({ size, seed, signal, tell })
    case 'caldav':
      return caldav({ size, seed, signal, tell })
    case 'simulators':
      return simulators({ size, seed, signal, tell })
  }
}

/** Fires on Ctrl-C and the like; the benchmark then clears away what it has started. */
function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => controller.abort(new Error(`stopped by ${name}`)))
  }
  return controller.signal
}

await main()
