import { setTimeout as pause } from 'node:timers/promises'
import { compareSides } from './compare.ts'
import { comparisonFailures } from './failures.ts'
import { watchMemory } from './memory.ts'
import { ProductRecord } from './record.ts'
import { type Outcome, type QuietHour, takeRequests, totalOf } from './result.ts'
import { onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'
import { countActions } from './temporal-actions.ts'
import { Workflows } from './workflows.ts'

const HOUR_S = 3_600
/** The product's own intervals, in seconds (docs/configuration.md). */
const POLL_S = 30
const DEALS_S = 300
const RECONCILE_S = { withoutWebhooks: 600, withWebhooks: 3_600 } as const
/** Requests that the services allow in ten seconds, and in a quarter of an hour. */
const LIMITS = { followUpBoss: 250, partialSyncs: 1_000, fullSyncs: 100, rest: 1_000 } as const
/** Projects of a paid plan hold 300 tasks each; ten thousand tasks take 40 of them. */
const PROJECTS = 300
/** Looks often enough that no complete look is missed between two. */
const LOOK_MS = 250

type Mode = keyof typeof RECONCILE_S
type Options = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number; seconds: number }

/**
 * What an account costs in which nothing happens: N tasks that are in step, for an hour without webhooks and one with them. The
 * hour is compressed: all intervals of the product (polls, complete looks, listings of deals) and the services' request limits
 * are divided, so that as many of each fall into some minutes as into an hour; the first sync before it has the ordinary ones.
 * Not compressed is how long work takes: a complete look that takes a tenth of the shortened interval makes the next one that
 * much later, so it says how many there were.
 */
export async function quietHour(options: Options): Promise<Outcome> {
  const { size, seconds } = options
  return onStand({ ...options, tasks: size }, async (open) => {
    const { product, followUpBoss, todoist, tell } = open
    await todoist.set({ projects: PROJECTS })
    tell(`a first sync of ${size} tasks`)
    await product.start('--yes')
    await product.settled()
    await product.stop()
    product.configure(shortened('withoutWebhooks', seconds))
    const first = await product.start('--yes')
    await followUpBoss.set({ rateLimit: Math.ceil(LIMITS.followUpBoss * faster(seconds)) })
    await todoist.set({
      partialSyncsPerWindow: Math.ceil(LIMITS.partialSyncs * faster(seconds)),
      fullSyncsPerWindow: Math.ceil(LIMITS.fullSyncs * faster(seconds)),
      restRequestsPerWindow: Math.ceil(LIMITS.rest * faster(seconds)),
    })
    await product.settled()
    const memory = watchMemory(() => product.run()?.pids ?? {})
    tell('an hour without webhooks')
    const withoutWebhooks = await oneHour(open, first.addresses, options)

    tell('an hour with webhooks')
    await product.stop()
    product.configure({
      ...shortened('withWebhooks', seconds),
      FUB_USE_WEBHOOKS: 'true',
      TODOIST_USE_WEBHOOKS: 'true',
    })
    const { addresses } = await product.start('--yes')
    await followUpBoss.announceTo(`${addresses.api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
    await todoist.announceTo(`${addresses.api}/webhook/todoist`, SECRETS.todoist)
    await product.settled()
    const withWebhooks = await oneHour(open, addresses, options)
    const peakRssMb = memory.stop()

    const sides = await open.tasks()
    const found = compareSides(sides['Follow Up Boss'], sides)
    const missing = size - sides['Follow Up Boss'].length
    return {
      result: {
        name: 'quiet-hour',
        size,
        seconds: seconds * 2,
        requests: await open.requests(),
        quietHour: { withoutWebhooks, withWebhooks },
        lost: found.lost.length + Math.max(0, missing),
        duplicated: found.duplicated.length,
        ...(peakRssMb === undefined ? {} : { peakRssMb }),
      },
      notes: [
        `an hour in ${seconds} s: intervals and request limits divided by ${faster(seconds)}`,
        ...hourLines('without webhooks', withoutWebhooks),
        ...hourLines('with webhooks', withWebhooks),
      ],
      failures: [
        ...comparisonFailures(found),
        ...(missing > 0 ? [`${missing} tasks of ${size} are gone`] : []),
      ],
    }
  })
}

/** How many times faster than in an hour everything recurs. */
function faster(seconds: number): number {
  return HOUR_S / seconds
}

function shortened(mode: Mode, seconds: number): Record<string, string> {
  const short = (interval: number) => String(interval / faster(seconds))
  return {
    FUB_POLL_INTERVAL_SECONDS: short(POLL_S),
    TODOIST_POLL_INTERVAL_SECONDS: short(POLL_S),
    DEAL_CACHE_REFRESH_SECONDS: short(DEALS_S),
    RECONCILE_INTERVAL_SECONDS: short(RECONCILE_S[mode]),
  }
}

async function oneHour(
  stand: Stand,
  addresses: Readonly<Record<string, string>>,
  { seconds, signal }: Options,
): Promise<QuietHour> {
  const record = new ProductRecord(addresses.postgres ?? '')
  const workflows = await Workflows.at(addresses.temporal ?? '')
  try {
    const before = await stand.requests()
    const began = Date.now()
    const seen = new Set(await record.lastLooks())
    const known = seen.size
    while (Date.now() - began < seconds * 1_000) {
      await pause(LOOK_MS, undefined, { signal })
      for (const look of await record.lastLooks()) seen.add(look)
    }
    const ended = Date.now()
    const requests = takeRequests(await stand.requests(), before)
    return {
      requests,
      completeLooks: seen.size - known,
      temporalActions: countActions(await workflows.eventsSince(began), began, ended),
    }
  } finally {
    await workflows.close()
    await record.close()
  }
}

function hourLines(name: string, { requests, completeLooks, temporalActions }: QuietHour): string[] {
  const counts = Object.entries(requests).map(([service, { read, write }]) => `${service} ${read}+${write}`)
  const actions = Object.entries(temporalActions.byWorkflow).map(([workflow, of]) => {
    const parts = Object.entries(of).map(([action, count]) => `${action} ${count}`)
    return `${workflow}: ${parts.join(', ')}`
  })
  return [
    `${name}, in an hour: ${totalOf(requests)} requests (read + write: ${counts.join(', ')}), ${completeLooks} complete looks`,
    `  ${temporalActions.total} Temporal actions (${actions.join('; ')})`,
  ]
}
