/** A label's name and value: ids, names of connections and routes, words of ours. */
export type Labels = Readonly<Record<string, string>>

/** `le`: upper bounds, rising, without the last one that is endless; `counts`: how many lie in each, one more than bounds. */
export type Histogram = {
  readonly labels: Labels
  readonly counts: readonly number[]
  readonly sum: number
}

/** A metric with all its series. */
export type Family = { readonly name: string; readonly help: string } & (
  | {
      readonly type: 'counter' | 'gauge'
      readonly samples: readonly { readonly labels: Labels; readonly value: number }[]
    }
  | { readonly type: 'histogram'; readonly bounds: readonly number[]; readonly samples: readonly Histogram[] }
)

/** Prometheus' text format 0.0.4. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export function exposition(families: readonly Family[]): string {
  return families
    .map((family) =>
      [`# HELP ${family.name} ${family.help}`, `# TYPE ${family.name} ${family.type}`, ...linesOf(family)]
        .map((line) => `${line}\n`)
        .join(''),
    )
    .join('')
}

function linesOf(family: Family): string[] {
  const { name } = family
  if (family.type !== 'histogram')
    return family.samples.map(({ labels, value }) => `${name}${shown(labels)} ${value}`)
  return family.samples.flatMap(({ labels, counts, sum }) => {
    let count = 0
    const buckets = [...family.bounds.map(String), '+Inf'].map((le, at) => {
      count += counts[at] ?? 0
      return `${name}_bucket${shown({ ...labels, le })} ${count}`
    })
    return [...buckets, `${name}_sum${shown(labels)} ${sum}`, `${name}_count${shown(labels)} ${count}`]
  })
}

function shown(labels: Labels): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return all.length === 0 ? '' : `{${all.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
