import { oneLine } from './normalise.ts'

/**
 * Which table tells facts of properties. `file`: its path, as the worker sees it. `address`, `city`, `deal`: the names of its
 * columns for the property's address, its city and the deal's name; null: those that are usually called so. `show`: columns
 * that the block tells, in this order; null: all others, in the table's.
 */
export type PropertyFactsPolicy = {
  readonly file: string
  readonly address: string | null
  readonly city: string | null
  readonly deal: string | null
  readonly show: readonly string[] | null
}

/** A property. Texts are one line each, empty ones null; facts without a value are left out. */
export type PropertyRow = {
  readonly address: string | null
  readonly city: string | null
  readonly deal: string | null
  readonly facts: readonly { readonly label: string; readonly value: string }[]
}

/** Why a row is not used, for people and without what stands in it. `line`: of the file, from 1. */
export type RowProblem = { readonly line: number; readonly problem: string }

/** `labels`: those that facts may have. */
export type PropertyTable = {
  readonly rows: readonly PropertyRow[]
  readonly labels: readonly string[]
  readonly problems: readonly RowProblem[]
}

type Columns = { readonly address: number; readonly city: number; readonly deal: number }

const USUAL: Readonly<Record<keyof Columns, readonly string[]>> = {
  address: ['address', 'property address', 'street address', 'street'],
  city: ['city', 'property city', 'town'],
  deal: ['deal', 'deal name'],
}

/** A table from its lines. Gives back a text where it cannot be used at all: what is wrong, for people. */
export function propertyTable(
  header: readonly string[],
  records: readonly { readonly line: number; readonly values: readonly string[] }[],
  policy: PropertyFactsPolicy,
): PropertyTable | string {
  const names = header.map(oneLine)
  const twice = names.find((name, at) => name !== '' && columnOf(names, [name]) !== at)
  if (twice !== undefined) return `It has two columns “${twice}”`
  const wanted = [policy.address, policy.city, policy.deal, ...(policy.show ?? [])]
  const missing = wanted.find((name) => name !== null && columnOf(names, [name]) < 0)
  if (missing != null) return `It has no column “${missing}”`
  const column = (which: keyof Columns) =>
    columnOf(names, policy[which] === null ? USUAL[which] : [policy[which]])
  const columns: Columns = { address: column('address'), city: column('city'), deal: column('deal') }
  if (columns.address < 0 && columns.deal < 0)
    return 'It has no column for the address, and none for the name of the deal: say which they are'
  const keys = Object.values(columns)
  const shown =
    policy.show?.map((name) => columnOf(names, [name])) ??
    names.flatMap((name, at) => (name === '' || keys.includes(at) ? [] : at))
  return { ...rowsOf(names, records, columns, shown), labels: shown.map((at) => names[at] ?? '') }
}

function rowsOf(
  names: readonly string[],
  records: readonly { readonly line: number; readonly values: readonly string[] }[],
  columns: Columns,
  shown: readonly number[],
): Omit<PropertyTable, 'labels'> {
  const rows: PropertyRow[] = []
  const problems: RowProblem[] = []
  const lineOf = new Map<string, number>()
  for (const { line, values } of records) {
    const text = (at: number) => oneLine(values[at] ?? '') || null
    const row: PropertyRow = {
      address: text(columns.address),
      city: text(columns.city),
      deal: text(columns.deal),
      facts: shown.flatMap((at) => {
        const value = text(at)
        return value === null ? [] : { label: names[at] ?? '', value }
      }),
    }
    const { address, city, deal } = row
    const key = JSON.stringify([address, city, deal].map((part) => part?.toLowerCase() ?? null))
    const before = lineOf.get(key)
    if (address === null && deal === null)
      problems.push({ line, problem: 'it names neither an address nor a deal' })
    else if (before !== undefined)
      problems.push({ line, problem: `it is about the same property as line ${before}` })
    else {
      lineOf.set(key, line)
      rows.push(row)
    }
  }
  return { rows, problems }
}

function columnOf(names: readonly string[], called: readonly string[]): number {
  for (const one of called) {
    const at = names.findIndex((name) => name.toLowerCase() === oneLine(one).toLowerCase())
    if (at >= 0) return at
  }
  return -1
}
