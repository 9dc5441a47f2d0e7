/**
 * One rule, broken. `rule`: the rule in one line; `invariants`: numbers of docs/invariants.md. `find` occurs exactly
 * once in `file` and is put in place of by `replace`; what comes of it need not pass the type check, but must run.
 * `tests`: files, one of which must fail; `only`: words of the titles of the tests that are run.
 */
export type Mutant = {
  readonly name: string
  readonly rule: string
  readonly invariants: readonly string[]
  readonly file: string
  readonly find: string
  readonly replace: string
  readonly tests: readonly string[]
  readonly only?: string
}

/** The text with the rule broken. Throws when what is to be replaced is not found exactly once. */
export function mutate(text: string, { name, file, find, replace }: Mutant): string {
  const parts = text.split(find)
  if (parts.length !== 2)
    throw new Error(
      `mutant ${name}: its text occurs ${parts.length - 1} times in ${file}, and must occur once; ` +
        'bring it up to date in scripts/mutants/list',
    )
  return parts.join(replace)
}

/** Tests that use Postgres, told by the names of their files. */
export function needsPostgres(tests: readonly string[]): boolean {
  return tests.some((file) => file.endsWith('.pg.test.ts'))
}
