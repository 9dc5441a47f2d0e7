/** A row of docs/invariants.md. `files`: names in it that end as files of ours do. */
export type InvariantRow = {
  readonly number: string
  readonly enforcedBy: string
  readonly files: readonly string[]
}

/** Those that something is missing of, and what; the page says of no other that it is not yet enforced. */
export const NOT_YET: Readonly<Record<string, string>> = {
  L4: 'A task shows only some of what is wrong with it.',
  D6: 'Assignees decide scope and are not carried over.',
}

/** Every number that there must be, in order. */
const NUMBERS = Object.entries({ I: 20, L: 4, D: 7 }).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, n) => `${letter}${n + 1}`),
)

export function invariantRows(page: string): InvariantRow[] {
  return page.split('\n').flatMap((line) => {
    const [, number, enforcedBy] = /^\| ([A-Z]\d+) \| .*? \| (.*) \|$/.exec(line) ?? []
    if (number === undefined || enforcedBy === undefined) return []
    const files = [...enforcedBy.matchAll(/`([^`\s]+\.(?:ts|sql))`/g)].flatMap(([, name]) => name ?? [])
    return [{ number, enforcedBy, files }]
  })
}

/**
 * What is wrong with the rows, in sentences. `paths`: all files, from the top folder; a row names the end of a path.
 */
export function faultsOf(rows: readonly InvariantRow[], paths: readonly string[]): string[] {
  const numbers = rows.map((row) => row.number).join(' ')
  const exists = (name: string) => paths.some((path) => path.endsWith(`/${name}`) || path === name)
  return [
    ...(numbers === NUMBERS.join(' ') ? [] : [`the numbers are ${numbers}`]),
    ...rows.flatMap((row) => [
      ...row.files
        .filter((name) => !exists(name))
        .map((name) => `${row.number} names ${name}, which is not there`),
      ...(row.number in NOT_YET ? pendingFaults(row) : enforcedFaults(row)),
    ]),
  ]
}

function enforcedFaults({ number, enforcedBy, files }: InvariantRow): string[] {
  const isTested =
    files.some((name) => name.endsWith('.test.ts')) || /\*(histories|services)\*/i.test(enforcedBy)
  return [
    ...(files.length === 0 ? [`${number} names no file`] : isTested ? [] : [`${number} names no test`]),
    ...(isPending(enforcedBy) ? [`${number} is not enforced yet`] : []),
  ]
}

function pendingFaults({ number, enforcedBy }: InvariantRow): string[] {
  return isPending(enforcedBy) ? [] : [`${number} is enforced, and still listed as not yet`]
}

function isPending(enforcedBy: string): boolean {
  return /\bnot yet\b/i.test(enforcedBy)
}
