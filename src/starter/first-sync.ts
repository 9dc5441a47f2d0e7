import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type { Deps } from '../activities/deps.ts'
import { heldBy } from '../activities/held-by.ts'
import { type Preview, preview } from '../activities/preview.ts'
import { UserError } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import { timingOf } from '../config/timing.ts'
import { createProviders } from '../providers/registry.ts'
import type { Db } from '../store/database.ts'
import { createLocalTaskStore } from '../store/local/task-store.ts'
import { type RouteRow, routeById } from '../store/routes.ts'
import { type FillProgress, fillProgress } from '../store/status.ts'
import { beginFirstSync } from '../worker/first-syncs.ts'
import { confirmed } from './ask.ts'
import { quoted } from './command-name.ts'
import { type HoldUp, heldUp } from './held-up.ts'
import { canAsk, tell } from './output.ts'
import { previewLines } from './preview-lines.ts'
import { ProgressBar } from './progress-bar.ts'
import { pullRoute } from './pull-route.ts'
import { namingDeps, routeNames } from './side-names.ts'

export type FirstSyncContext = {
  readonly db: Db
  readonly client: Client
  readonly config: Config
  readonly secretKey: () => Promise<SecretKey>
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Whether a route's first sync may begin: it was confirmed before, or `yes` says so, or the person at the terminal
 * does after seeing what would be written. False: it stays a draft.
 */
export async function confirmFirstSync(
  context: FirstSyncContext,
  route: RouteRow,
  yes: boolean,
): Promise<boolean> {
  if (yes || route.state !== 'draft') return true
  if (!canAsk()) return false
  tell('Looking at both accounts; nothing is written yet.')
  await pullRoute(context.client, context.db, route, context.signal)
  const { byName } = await routeNames(namingDeps(context.db))
  tell(...previewLines(await previewNow(context), byName))
  return confirmed('Write this now?', context.signal)
}

/** What a sync would write now, from what the record holds. `only`: the id of the route that it is to be about. */
export async function previewNow(context: LookContext, only: string | null = null): Promise<Preview> {
  return preview(await lookingDeps(context), { only })
}

export type LookContext = Pick<FirstSyncContext, 'db' | 'config' | 'secretKey' | 'log'>

/** What this process needs to look, and to decide, by itself; it wakes nobody. */
export async function lookingDeps(context: LookContext): Promise<Deps> {
  return {
    db: context.db,
    providers: createProviders(createLocalTaskStore(context.db)),
    secretKey: await context.secretKey(),
    timing: timingOf(context.config),
    log: context.log,
    wakeTasks: async () => {},
    wakeDeals: async () => {},
  }
}

/**
 * Runs a route's first sync, or goes on with it, and shows how far it is; returns when it is done. `patient` false: also
 * when only a person can make it go on (a refused key, a paused route). It goes on by itself after that.
 */
export async function runFirstSync(
  context: FirstSyncContext,
  route: RouteRow,
  { patient }: { readonly patient: boolean },
): Promise<void> {
  const { client, db, signal } = context
  await beginFirstSync(client, db, route)
  const bar = new ProgressBar(`First sync of ${route.name}`)
  for (;;) {
    signal.throwIfAborted()
    const now = await routeById(db, route.id)
    const progress = await fillProgress(db, route.id)
    if (now.filledAt !== null) return bar.done(doneWords(progress))
    const held = await holdUp(db, now)
    if (held?.byPerson === true && !patient) return bar.done(`held up: ${held.words}`)
    const { pairs, pending } = progress
    if (held !== null) bar.say(`${pairs === 0 ? '' : `${pairs - pending} of ${pairs}; `}waits: ${held.words}`)
    else if (now.state === 'active') bar.show(pairs - pending, pairs)
    else bar.say('looking at both accounts')
    await pause(200, undefined, { signal }).catch(() => {})
  }
}

/** What keeps a route from working, and whether somebody has to do something about it; null when nothing does. */
async function holdUp(db: Db, route: RouteRow): Promise<HoldUp | null> {
  const held = await heldBy(db, route)
  if (held === null) return null
  const [first = null] =
    held.connection === null
      ? heldUp({ routes: [{ route: route.name, state: held.state }], connections: [] })
      : heldUp({ routes: [], connections: [{ connection: held.connection.name, state: held.state }] })
  return first
}

function doneWords({ pairs, pending, waiting, leftOut }: FillProgress): string {
  const state =
    pending === 0 ? (waiting === 0 ? 'all in step' : 'the others in step') : `${pending} still to settle`
  return [
    `${pairs} tasks`,
    ...(waiting === 0 ? [] : [`${waiting} wait for you`]),
    state,
    ...(leftOut === 0 ? [] : [`${leftOut} left as they are`]),
  ]
    .join(', ')
    .concat('.')
}

/** What to do about a draft that nobody has confirmed. A start goes on running. */
export function unconfirmed(route: RouteRow, command: 'start' | 'sync-once'): UserError {
  const [where, then] =
    command === 'start'
      ? [', in another terminal', `${quoted(`route start ${route.name}`)} begins it`]
      : ['', `run ${quoted('sync-once --yes')}`]
  return new UserError({
    code: 'NOT_CONFIRMED',
    message: `The first sync of route ${route.name} is not confirmed, so nothing was written.`,
    hints: [`See what it would write with ${quoted('plan')}${where}; then ${then}.`],
    exitCode: 3,
  })
}
