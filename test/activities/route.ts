import type { Deps } from '../../src/activities/deps.ts'
import type { RouteContext, RouteSide } from '../../src/activities/route-context.ts'
import type { Side } from '../../src/core/policy.ts'
import { createMemory, type Flavour, MEMORY_USER } from '../../src/providers/memory/provider.ts'
import { MemoryService } from '../../src/providers/memory/service.ts'
import type { ConnectionRow } from '../../src/store/connections.ts'
import { policy } from '../core/rules.ts'
import { START } from '../store/record.ts'

/** A route between two services in memory, `bare` left and `feed` right, with ids of connections and routes given. */
export function routeContext(ids: { routeId: string; left: string; right: string }): RouteContext {
  const chosen = policy({ zone: 'UTC' })
  return {
    route: {
      id: ids.routeId,
      name: 'route',
      leftId: ids.left,
      rightId: ids.right,
      policy: chosen,
      state: 'active',
      filledAt: START,
    },
    policy: chosen,
    lists: null,
    team: [],
    deals: null,
    sides: { left: routeSide('left', ids.left, 'bare'), right: routeSide('right', ids.right, 'feed') },
    works: true,
  }
}

function routeSide(side: Side, id: string, flavour: Flavour): RouteSide {
  const service = new MemoryService({ name: side, now: () => START })
  const provider = createMemory({ kind: flavour, flavour, service })
  const { fields, needsPerson, guardsWrites, containers, parentAcrossLists } = provider.capabilities
  const connection: ConnectionRow = {
    id,
    name: side,
    provider: flavour,
    baseUrl: 'memory:',
    credentials: '',
    facts: {
      accountId: `account-${side}`,
      userId: MEMORY_USER,
      zone: 'UTC',
      seesEveryone: true,
      domain: null,
      limits: {},
      probes: {},
    },
    state: 'ok',
    stateSince: START,
    stateNote: null,
    pollSeconds: 30,
    webhooks: false,
    lastPullAt: null,
    lastCompleteAt: null,
    dealsListedAt: null,
  }
  return {
    connection,
    provider,
    rules: { modes: fields, keep: provider.keep, needsPerson, guardsWrites, parentAcrossLists },
    scope: {
      containers: containers ? new Set() : null,
      lostContainers: new Set(),
      setAside: new Map(),
      byLabel: true,
      needsPerson,
      assignees: 'anyone',
      userId: MEMORY_USER,
    },
  }
}

export const TIMING: Deps['timing'] = {
  staleReadMs: 30_000,
  deleteGraceMs: 60_000,
  createSettleMs: 60_000,
  writeDeadlineMs: 40_000,
  reconcileMs: { polled: 600_000, webhooks: 3_600_000 },
  dealsMs: 300_000,
}
