import type { Comparison } from './compare.ts'

/** What a comparison found, as failures; the first few of each kind by name. */
export function comparisonFailures({ lost, duplicated, differing }: Comparison): string[] {
  const words = (kind: string, tasks: readonly string[]) =>
    tasks.length === 0 ? [] : [`${tasks.length} ${kind}: ${tasks.slice(0, 5).join('; ')}`]
  return [...words('lost', lost), ...words('doubled', duplicated), ...words('not alike', differing)]
}
