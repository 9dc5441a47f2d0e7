import { playFast } from './fast.ts'
import { readOptions, USAGE } from './options.ts'
import { resultOf } from './progress.ts'

/** Plays many histories. Progress and failures go to stderr, the result to stdout. */
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
  const stopped = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => stopped.abort(new Error(`stopped by ${name}`)))
  const began = performance.now()
  const tell = (line: string) => {
    process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}\n`)
  }
  tell(`seeds ${options.seed} to ${options.seed + options.fast - 1} in ${options.workers} processes`)
  try {
    const totals = await playFast(options, stopped.signal, tell)
    const result = resultOf(totals, options.seed, performance.now() - began)
    if (!options.json)
      process.stdout.write(
        `${totals.histories} histories, ${totals.failed} failed; ${result.fast.perMinute} a minute; ` +
          `${totals.windows} edits fell between a look and its write\n`,
      )
    process.stdout.write(`${JSON.stringify(result)}\n`)
    process.exitCode = totals.failed === 0 ? 0 : 1
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

await main()
