import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import { runBatch } from './command-batch.ts'
import { insufficientScope, invalidArgument } from './errors.ts'
import { scopesOf, takePlace } from './gate.ts'
import { mayCommand, mayRead } from './oauth-scopes.ts'
import { answering, ok } from './replies.ts'
import type { Running, RunningAccount } from './running-account.ts'
import { View } from './state-view.ts'
import { hasCommands, readSyncRequest } from './sync-request.ts'
import { changedResources, fullResources, wantedTypes } from './sync-resources.ts'

const TOKEN = 'sync-token'

/** `POST /api/v1/sync` (reference §13). */
export function syncRoutes(running: Running): Route[] {
  const handle = answering((request: SimRequest) => sync(running(), request))
  return [{ method: 'POST', path: '/api/v1/sync', handle, writes: hasCommands }]
}

/** Commands first, then what the reader has not seen, so that own writes come back in the same answer. */
function sync(now: RunningAccount, request: SimRequest): SimReply {
  const { account } = now
  const { settings } = account
  const asked = readSyncRequest(request)
  const writeOnly = asked.resourceTypes.length === 0
  if (writeOnly && asked.commands.length === 0)
    throw invalidArgument('resource_types', 'resource_types or commands')
  const scopes = scopesOf(now, request)
  if (!writeOnly && !mayRead(scopes)) throw insufficientScope()
  const since =
    asked.syncToken === undefined || asked.syncToken === '*' ? undefined : openToken(now, asked.syncToken)
  const full = since === undefined
  if (full && !writeOnly) takePlace(now, request, now.fullSyncs, settings.fullSyncsPerWindow)
  else takePlace(now, request, now.partialSyncs, settings.partialSyncsPerWindow)

  const result =
    asked.commands.length === 0
      ? {}
      : runBatch(account, now.uuids, asked.commands, request.actor, (type) => mayCommand(scopes, type))
  const lag = Math.max(request.staleMs, full && !writeOnly ? settings.fullSyncLagMs : 0)
  const view = new View(account, lag)
  const wanted = wantedTypes(asked.resourceTypes)
  const rows = full
    ? fullResources(view, wanted)
    : changedResources(view, Math.max(0, since - settings.deltaRepeats), wanted)
  const unread = !full && writeOnly && settings.writeOnlyToken === 'sent'
  const seen = full ? view.seq : unread ? since : Math.max(since, view.seq)
  return ok({
    full_sync: full,
    ...(full ? { full_sync_date_utc: new Date(account.options.now() - lag).toISOString() } : {}),
    sync_token: now.seals.seal(String(seen), TOKEN),
    temp_id_mapping: {},
    ...result,
    ...rows,
  })
}

/** The change number a token stands for; undefined when the answer has to be a full sync. */
function openToken(now: RunningAccount, token: string): number | undefined {
  const { settings, counter } = now.account
  if (settings.forgetTokens) return undefined
  const value = now.seals.open(token, TOKEN)
  if (value !== undefined && now.account.isLost(Number(value))) return undefined
  if (value !== undefined && Number(value) <= counter.seq) return Number(value)
  if (settings.invalidToken === 'full-sync') return undefined
  throw invalidArgument('sync_token', 'a token from an earlier answer, or *')
}
