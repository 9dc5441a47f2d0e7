import type { PropertyStatus } from '../store/property-files.ts'

/** What is wrong with the table of properties that a route names. */
export type PropertyTrouble = Omit<PropertyStatus, 'route'>

/** So many rows are told one by one. */
const MOST = 5

/** A report with what is wrong with the tables of its routes. */
export function withProperties<
  R extends { readonly route: string },
  T extends { readonly routes: readonly R[] },
>(report: T, troubles: readonly PropertyStatus[]): T {
  const routes = report.routes.map((one) => {
    const found = troubles.find(({ route }) => route === one.route)
    if (found === undefined) return one
    const { route: _, ...propertyFacts } = found
    return { ...one, propertyFacts }
  })
  return { ...report, routes }
}

/** The same as lines for a person. */
export function propertyLines(found: PropertyTrouble | undefined): string[] {
  if (found === undefined) return []
  const { file, trouble, problems } = found
  if (trouble !== null) return [`    facts of properties, ${file}: ${trouble}. What was read before stays.`]
  const rows = problems.length === 1 ? '1 row is not used' : `${problems.length} rows are not used`
  const more = problems.length > MOST ? [`      and ${problems.length - MOST} more`] : []
  return [
    `    facts of properties, ${file}: ${rows}`,
    ...problems.slice(0, MOST).map(({ line, problem }) => `      line ${line}: ${problem}`),
    ...more,
  ]
}
