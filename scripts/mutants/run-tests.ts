import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { needsPostgres } from './mutant.ts'

/** Which tests to run. `only`: words, of which a test must have some in its title. */
export type Selection = { readonly tests: readonly string[]; readonly only: readonly string[] }

/** Tests by their full titles, each with its file. */
export type Result = { readonly passed: readonly string[]; readonly failed: readonly string[] }

/** As vitest writes it with `--reporter=json`. */
type Report = {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** After so long a run is given up: nothing hangs for ever because a rule is broken. */
const PATIENCE_MS = 600_000

/**
 * Runs tests in a copy of the tree up to the first failure. Throws when they could not be run; a file that does not
 * load is no failed test.
 */
export async function runTests(folder: string, selection: Selection, signal: AbortSignal): Promise<Result> {
  const file = join(folder, 'result.json')
  await rm(file, { force: true })
  const { only, tests } = selection
  const args = [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...['--config', join('scripts', 'mutants', 'vitest.config.ts')],
    ...['--bail', '1', '--reporter', 'json', '--outputFile', file],
    ...(needsPostgres(tests) ? [] : ['--mode', 'plain']),
    ...(only.length > 0 ? ['--testNamePattern', only.map(literally).join('|')] : []),
    ...tests,
  ]
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const said = await node(folder, args, AbortSignal.any([signal, patience])).catch((error: unknown) => {
    if (!patience.aborted) throw error
    throw new Error(`${tests.join(', ')} did not end within ${PATIENCE_MS / 1000} s`)
  })
  const report = await readReport(file)
  const results = (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      status,
      title: `${name.slice(folder.length + 1)}: ${fullName}`,
    })),
  )
  const titlesOf = (status: string) => results.flatMap((one) => (one.status === status ? one.title : []))
  const result = { passed: titlesOf('passed'), failed: titlesOf('failed') }
  if (result.passed.length + result.failed.length === 0)
    throw new Error(`no test of ${tests.join(', ')} was run\n${said}`)
  return result
}

/** Gives back what the program said; its exit code says no more than the report. */
function node(folder: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      // What it has started ends with it, however it ends (test/support/guard.ts).
      killSignal: 'SIGKILL',
    })
    let said = ''
    const listen = (text: Buffer) => {
      said += text.toString()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('error', reject)
    child.on('close', () => resolve(said))
  })
}

async function readReport(file: string): Promise<Report | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report
  } catch {
    return null
  }
}

function literally(words: string): string {
  return words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
