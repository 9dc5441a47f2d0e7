import { type StandardLabel, standardLabels } from '../../core/standard-labels.ts'
import type { PersonalLabels } from '../../providers/contract.ts'
import { connectionById } from '../../store/connections.ts'
import { connectionOf, type RouteRow } from '../../store/routes.ts'
import { providerOf } from '../deps.ts'
import { type OpenConnection, openConnection } from '../open-connection.ts'
import { noLabelsHere } from '../route-refusals.ts'
import { askingDeps, type Managing, type Trying } from './managing.ts'
import { patiently } from './patiently.ts'

/** A standard label of a route, and whether the account has it. `made`: just now. */
export type RouteLabel = StandardLabel & {
  readonly color: string
  readonly there: boolean
  readonly made: boolean
}

/**
 * The standard labels of a route and which of them its task app has as labels of the account's own. `apply`: those that it has not are
 * made, with a colour; those that it has stay as they are. Throws UserError, ProviderError.
 */
export async function labelsOfRoute(
  managing: Pick<Managing, 'deps' | 'secretKey' | 'signal'>,
  route: RouteRow,
  { apply, dryRun }: Trying & { readonly apply: boolean },
): Promise<RouteLabel[]> {
  const { open, labels } = await labelsAt(managing, route)
  const wanted = standardLabels(route.policy)
  const there = new Set((await patiently(managing, () => labels.list(open.direct))).map(nameKey))
  const missing = wanted
    .filter(({ name }) => !there.has(nameKey(name)))
    .map(({ name, kind }) => ({ name, color: labels.colors[kind] }))
  const make = apply && !dryRun && missing.length > 0
  const made = make ? await patiently(managing, () => labels.make(open.writing, missing)) : []
  return wanted.map((label) => ({
    ...label,
    color: labels.colors[label.kind],
    there: there.has(nameKey(label.name)),
    made: made.includes(label.name),
  }))
}

async function labelsAt(
  managing: Pick<Managing, 'deps' | 'secretKey' | 'signal'>,
  route: RouteRow,
): Promise<{ readonly open: OpenConnection; readonly labels: PersonalLabels }> {
  const deps = await askingDeps(managing)
  for (const side of ['right', 'left'] as const) {
    const { id, provider } = await connectionById(deps.db, connectionOf(route, side))
    const { labels } = providerOf(deps, provider)
    if (labels !== undefined)
      return { open: await openConnection(deps, id, 'change', managing.signal), labels }
  }
  throw noLabelsHere(route.name)
}

/** Services compare names without letter case (reference todoist §11). */
function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
