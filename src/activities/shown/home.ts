import type { RemoteContainer } from '../../providers/contract.ts'
import type { LoggedHome } from '../../store/home-log.ts'
import type { Deps } from '../deps.ts'

/** `kind`: what its service calls it. */
export type ShownHome = LoggedHome & { readonly kind: RemoteContainer['kind'] }

/** A deal's section is of the second of its service's kinds, everything else of the first. */
export function withKind(home: LoggedHome, providers: Deps['providers']): ShownHome {
  const [outer = 'project', inner = 'section'] = providers.get(home.provider)?.containers?.kinds ?? []
  return { ...home, kind: home.role === 'deal' ? inner : outer }
}

/** A write to a project, list or section in `log --json`: as those to tasks, with `container` and `deal` in place of a pair. */
export function homeJson(home: ShownHome) {
  const { id, at, route, side, verb, status, before, change, cause, error, role, subject, name, kind } = home
  return {
    op: id,
    at,
    route,
    pair: null,
    container: kind,
    deal: role === 'deal' ? subject : null,
    name,
    side,
    verb,
    status,
    before,
    after: change.kind === 'move' ? { ...change, in: home.target } : change,
    cause,
    error,
    refusal: null,
    undoneAt: null,
  }
}
