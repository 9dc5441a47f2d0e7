import type { RouteStatus } from '../../../store/status.ts'
import { routeStatus } from '../../../store/status.ts'
import { quoted } from '../../command-name.ts'
import { routeWay } from '../../held-up.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { recordOf } from '../record-of.ts'

const { ok, warning, problem } = findingsOf('routes')

/** Whether each route works, and what of it waits or has failed. */
export const checkRoutes: Check = async (patient) => {
  const db = await recordOf(patient)
  if (db === null) return []
  const routes = await routeStatus(db)
  if (routes.length === 0)
    return [warning('', 'there is none yet', `${quoted('route add')} makes one between two connections.`)]
  return routes.flatMap((route) => [stateOf(route), ...troubleOf(route)])
}

function stateOf({ route, state, pairs, pending, filled }: RouteStatus): Finding {
  const way = routeWay(route, state)
  const todo = way === null ? '' : `${way.charAt(0).toUpperCase()}${way.slice(1)}.`
  switch (state) {
    case 'stopped':
      return problem(route, 'is stopped: very many tasks would have ended at once', todo)
    case 'draft':
      return warning(route, 'is a draft: nobody has confirmed its first sync', todo)
    case 'paused':
      return warning(route, 'is paused: nothing is written', todo)
    case 'matching':
    case 'active':
      return ok(
        route,
        filled
          ? `works: ${pairs} pairs, ${pending} pending`
          : `its first sync is under way: ${pending} of ${pairs} pairs to go`,
      )
  }
}

function troubleOf({ route, waiting, failed, broken, deals }: RouteStatus): Finding[] {
  const which = `${quoted('conflicts')} says which, why, and what to do.`
  const held = [
    ...(waiting > 0 ? [`${waiting} wait for you`] : []),
    ...(failed > 0 ? [`${failed} have failed`] : []),
    ...(deals.waiting + deals.failed > 0
      ? [`${deals.waiting + deals.failed} deals wait or have failed`]
      : []),
    ...(broken > 0 ? [`${broken} mappings are broken`] : []),
  ]
  return held.length === 0 ? [] : [warning(route, held.join(', '), which)]
}
