import { parseArgs } from 'node:util'
import type { Mutant } from './mutant.ts'

export type Choice = { readonly help: boolean; readonly json: boolean; readonly mutants: readonly Mutant[] }

export const USAGE = `npm run mutants -- [--json] [--only <name>]

Breaks rules of the core and the engine one at a time, in a copy of the tree, and runs the tests that must notice it.

  --only <name>  this one alone; may be given several times
  --json         the last line is {"mutants":N,"killed":N,"survived":[]}

Exit code 1: one survived. 2: a rule's text was not found, or the tests fail with no rule broken.
`

/** What the command line asks for, or what is wrong with it. */
export function readChoice(args: readonly string[], all: readonly Mutant[]): Choice | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
      },
    })
    const { help, json, only } = values
    const unknown = only.filter((name) => !all.some((one) => one.name === name))
    if (unknown.length > 0)
      return `no mutant is named ${unknown.join(', ')}; there are: ${all.map((one) => one.name).join(', ')}`
    return { help, json, mutants: only.length === 0 ? all : all.filter((one) => only.includes(one.name)) }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
