import { join } from 'node:path'
import { todoistSeed } from '../data/todoist.ts'
import { SimClock } from '../kit/clock.ts'
import { Faults } from '../kit/faults.ts'
import { idSeedOf } from '../kit/id-seed.ts'
import { KeyRing } from '../kit/keys.ts'
import { opaqueIds, SeededRandom } from '../kit/random.ts'
import { startServer } from '../kit/server.ts'
import type { RunningSim, SimOptions } from '../kit/service.ts'
import { Settings } from '../kit/settings.ts'
import { type KeptParts, restoreSnapshot } from '../kit/snapshot.ts'
import { WebhookSender } from '../kit/webhooks.ts'
import { notFound } from './errors.ts'
import { admit, rememberAnswer } from './gate.ts'
import { afterCrash, type TodoistKept, todoistKeptSchema } from './kept.ts'
import { appsAdmin } from './oauth-admin.ts'
import { authorizeRoutes } from './oauth-authorize.ts'
import { otherOAuthRoutes } from './oauth-other.ts'
import { tokenRoutes } from './oauth-token.ts'
import { AppWebhooks } from './oauth-webhooks.ts'
import { todoistPage } from './page-part.ts'
import { answering, ok, plainError, refusalReply } from './replies.ts'
import { activityRoutes } from './rest-activities.ts'
import { commentRoutes } from './rest-comments.ts'
import { completedRoutes } from './rest-completed.ts'
import { completedLegacyRoutes } from './rest-completed-legacy.ts'
import { labelRoutes } from './rest-labels.ts'
import { projectRoutes } from './rest-projects.ts'
import { sectionRoutes } from './rest-sections.ts'
import { statsRoutes } from './rest-stats.ts'
import { taskTextRoutes } from './rest-task-text.ts'
import { taskRoutes } from './rest-tasks.ts'
import { RunningAccount } from './running-account.ts'
import { seedAccount } from './seed-account.ts'
import { defaultSettings, settingWords, type TodoistSettings } from './settings.ts'
import { Account } from './state.ts'
import { syncRoutes } from './sync.ts'
import { userObject } from './user-object.ts'
import { signDelivery, webhookOf } from './webhook-events.ts'
import { wholeState } from './whole-state.ts'

const QUARTER_HOUR_MS = 15 * 60_000
const DEFAULT_SEED = 1

export type TodoistOptions = SimOptions & {
  /** Settings that differ from `defaultSettings` from the start; a reset comes back to them. */
  settings?: Partial<TodoistSettings>
  /** So many open tasks over projects of 250, whatever `data` says. */
  tasks?: number | undefined
}

/** Serves one simulated Todoist account (API v1) on a port. */
export async function startTodoist(options: TodoistOptions): Promise<RunningSim> {
  const name = 'Todoist'
  const clock = new SimClock()
  const faults = new Faults()
  const keys = new KeyRing(options.keys === undefined || options.keys === null ? null : tableOf(options.keys))
  const seed = todoistSeed(options.data, options.tasks)
  const initial = { ...defaultSettings, timezone: seed.user.timezone, ...options.settings }
  const settings = new Settings<TodoistSettings>(initial, settingWords)
  const webhooks = new WebhookSender({
    faults,
    random: new SeededRandom(options.seed ?? DEFAULT_SEED),
    sign: signDelivery,
    retryDelaysMs: [QUARTER_HOUR_MS, QUARTER_HOUR_MS, QUARTER_HOUR_MS],
    isDelivered: (status) => status === 200,
    timeoutMs: 10_000,
    pace: () => ({
      delayMs: settings.get('webhookDelayMs'),
      jitterMs: settings.get('webhookJitterMs'),
      retryScale: settings.get('webhookRetryScale'),
    }),
  })
  const random = new SeededRandom(0)
  /** An account that holds nothing and tells webhooks what happens once `opened` says so. */
  const blank = (opened: () => boolean): Account => {
    const account: Account = new Account({
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      newId: opaqueIds(random),
      settings: () => settings.current(),
      owner: { fullName: seed.user.fullName, email: seed.user.email },
      onEvent: (event) => {
        if (!opened()) return
        running().activity.record(event, { userId: account.userId, at: account.stamp() })
        if (webhooks.report().webhooks.length > 0) webhooks.send(webhookOf(account, event))
      },
    })
    return account
  }
  const open = (): RunningAccount => {
    let opened = false
    random.moveTo(idSeedOf(options) ?? options.seed ?? DEFAULT_SEED)
    const account = blank(() => opened)
    seedAccount(account, seed)
    account.counter.settle()
    opened = true
    return new RunningAccount(account, clock)
  }
  const reopen = (kept: TodoistKept): RunningAccount => {
    random.moveTo(kept.position)
    const account = blank(() => true)
    account.load(kept.account)
    const again = new RunningAccount(account, clock, kept.sealKey)
    again.uuids.load(kept.uuids)
    if (kept.oauth !== undefined) again.oauth.load(kept.oauth)
    again.activity.load(kept.activity ?? [])
    return again
  }
  const file = options.state === undefined ? undefined : join(options.state, 'todoist.json')
  const kept = restored(file, { name, clock, keys, settings, webhooks })
  let pastVersions = kept?.pastVersions ?? 0
  let current = kept === undefined ? open() : reopen(kept)
  const running = () => current
  const hooks = new AppWebhooks(running, webhooks)
  const routes = [
    ...authorizeRoutes(running),
    ...tokenRoutes(running, hooks),
    ...otherOAuthRoutes(running, keys, hooks),
    ...syncRoutes(running),
    ...statsRoutes(running),
    ...completedRoutes(running),
    ...completedLegacyRoutes(running),
    ...taskTextRoutes(running),
    ...taskRoutes(running),
    ...projectRoutes(running),
    ...sectionRoutes(running),
    ...labelRoutes(running),
    ...commentRoutes(running),
    ...activityRoutes(running),
    { method: 'GET', path: '/api/v1/user', handle: answering(() => ok(userObject(running().account))) },
  ]
  return startServer(
    {
      name,
      clock,
      faults,
      keys,
      settings,
      webhooks,
      routes,
      admit: (request) => admit(running, keys, request),
      finish: (request, reply) => {
        rememberAnswer(current, request, reply)
        return reply
      },
      admin: (request) => appsAdmin(running, hooks, request),
      notFound: () => refusalReply(notFound('Page')),
      errorReply: plainError,
      state: () => wholeState(current.account),
      reset: () => {
        pastVersions += current.account.counter.seq + current.oauth.count + 1
        current = open()
      },
      version: () => pastVersions + current.account.counter.seq,
      ...(file === undefined
        ? {}
        : {
            keep: {
              file,
              snapshot: (): TodoistKept => ({
                position: random.position,
                sealKey: current.seals.key,
                account: current.account.content(),
                uuids: current.uuids.content(),
                pastVersions,
                oauth: current.oauth.content(),
                activity: current.activity.content(),
              }),
              changes: () =>
                pastVersions + current.account.counter.seq + current.uuids.count + current.oauth.count,
            },
          }),
      page: todoistPage,
    },
    { port: options.port, ...(options.host === undefined ? {} : { host: options.host }) },
  )
}

function tableOf(keys: NonNullable<SimOptions['keys']>): string[] | Record<string, string | number> {
  return Array.isArray(keys)
    ? [...(keys as readonly string[])]
    : { ...(keys as Record<string, string | number>) }
}

function restored(file: string | undefined, parts: KeptParts): TodoistKept | undefined {
  const kept = file === undefined ? undefined : restoreSnapshot(file, parts, todoistKeptSchema)
  return kept === undefined || kept.clean ? kept?.own : afterCrash(kept.own)
}
