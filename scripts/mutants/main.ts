import { type Choice, readChoice, USAGE } from './choice.ts'
import { MUTANTS } from './list/index.ts'
import { type Mutant, needsPostgres } from './mutant.ts'
import { runTests, type Selection } from './run-tests.ts'
import { copyTree, type Tree } from './tree.ts'

/** Breaks rules one at a time and looks whether the tests notice. Progress goes to stderr, the result to stdout. */
async function main(): Promise<number> {
  const choice = readChoice(process.argv.slice(2), MUTANTS)
  if (typeof choice === 'string') {
    process.stderr.write(`${choice}\n\n${USAGE}`)
    return 2
  }
  if (choice.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const stopped = interrupted()
  try {
    await using tree = await copyTree(process.cwd())
    await checkWhole(tree, choice.mutants, stopped)
    return await breakAll(tree, choice, stopped)
  } catch (failure) {
    const error: unknown = stopped.aborted ? stopped.reason : failure
    process.stderr.write(`mutants: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
}

/** Tests that fail anyway would notice everything. */
async function checkWhole(tree: Tree, mutants: readonly Mutant[], signal: AbortSignal): Promise<void> {
  const began = performance.now()
  for (const selection of together(mutants)) {
    const { failed } = await runTests(tree.folder, selection, signal)
    if (failed.length > 0) throw new Error(`these fail with no rule broken:\n${failed.join('\n')}`)
  }
  tell('whole', began, 'with no rule broken all tests pass')
}

/** The tests of all mutants in few runs; one that runs a whole file runs apart from those that choose by titles. */
function together(mutants: readonly Mutant[]): Selection[] {
  const groups = new Map<string, { tests: Set<string>; only: Set<string> }>()
  for (const { tests, only } of mutants) {
    const key = `${needsPostgres(tests)} ${only !== undefined}`
    const group = groups.get(key) ?? { tests: new Set(), only: new Set() }
    groups.set(key, group)
    for (const file of tests) group.tests.add(file)
    if (only !== undefined) group.only.add(only)
  }
  return [...groups.values()].map(({ tests, only }) => ({ tests: [...tests], only: [...only] }))
}

async function breakAll(tree: Tree, { mutants, json }: Choice, signal: AbortSignal): Promise<number> {
  const survived: string[] = []
  for (const mutant of mutants) {
    const began = performance.now()
    const { tests, only } = mutant
    const selection = { tests, only: only === undefined ? [] : [only] }
    const { failed } = await tree.broken(mutant, () => runTests(tree.folder, selection, signal))
    if (failed.length === 0) survived.push(mutant.name)
    const [first] = failed
    tell(first === undefined ? 'SURVIVED' : 'killed', began, `${mutant.name}: ${first ?? mutant.rule}`)
  }
  const result = { mutants: mutants.length, killed: mutants.length - survived.length, survived }
  const line = `${result.killed} of ${result.mutants} killed${survived.map((name) => `, survived: ${name}`).join('')}`
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${line}\n`)
  return survived.length > 0 ? 1 : 0
}

function tell(word: string, began: number, text: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stderr.write(`${word.padEnd(8)} ${seconds.padStart(6)} s  ${text}\n`)
}

/** Fires on Ctrl-C and the like; the copy is then cleared away. */
function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => controller.abort(new Error(`stopped by ${name}`)))
  return controller.signal
}

process.exitCode = await main()
