import { playFast } from './fast.ts'
import { readOptions, USAGE } from './options.ts'
import { NOTHING, resultOf, type Totals } from './progress.ts'
import { playReal } from './real.ts'

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
  // A second one is no reason to leave things running that the first one is about to end.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)))
  const began = performance.now()
  const tell = (line: string) => {
    process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}\n`)
  }
  const { fast, deals, pair, real, seed, workers, stands } = options
  try {
    if (fast > 0) tell(`fast, ${pair}: seeds ${seed} to ${seed + fast - 1} in ${workers} processes`)
    const quick = fast > 0 ? await playFast(pair, { ...options, count: fast }, stopped.signal, tell) : NOTHING
    const quickMs = performance.now() - began
    if (deals > 0) tell(`deals: seeds ${seed} to ${seed + deals - 1} in ${workers} processes`)
    const moved =
      deals > 0 ? await playFast('deals', { ...options, count: deals }, stopped.signal, tell) : NOTHING
    if (real > 0) tell(`real: seeds ${seed} to ${seed + real - 1}, ${stands} at once`)
    const whole = real > 0 ? await playReal(options, stopped.signal, tell) : NOTHING
    const result = resultOf({ fast: quick, real: whole, deals: moved }, seed, quickMs)
    if (!options.json) {
      if (fast > 0) process.stdout.write(`fast: ${summary(quick)}, ${result.fast.perMinute} a minute\n`)
      if (deals > 0) process.stdout.write(`deals: ${summary(moved)}\n`)
      if (real > 0) process.stdout.write(`real: ${summary(whole)}\n`)
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
    process.exitCode = quick.failed + moved.failed + whole.failed === 0 ? 0 : 1
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

function summary({ histories, failed, windows, asked }: Totals): string {
  return `${histories} histories, ${failed} failed; ${windows} edits fell between a look and its write, ${asked} questions wait`
}

await main()
