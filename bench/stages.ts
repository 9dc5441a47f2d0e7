import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { homeFailures } from './homes.ts'
import { percentilesOf } from './percentiles.ts'
import type { Outcome, RequestCounts } from './result.ts'
import type { LoggedRequest } from './simulated.ts'
import { onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'
import { waitFor } from './wait.ts'

/** Deals in twelve stages, with twelve open tasks each. */
const DEALS = 24
const TASKS_PER_DEAL = 12
const LATE_MS = 30_000
/** A stage change of a deal with its tasks is to be done in this time (p95), with so many requests to Todoist. */
const GOAL = { p95Ms: 2_000, requests: 6 } as const
/** The checklist of the sample book, by its name. */
const DEMO_CHECKLIST = 'Under contract'
/** Polls come whether a deal moves or not: none falls into the time of a change. */
const NO_POLLS = { FUB_POLL_INTERVAL_SECONDS: '600', TODOIST_POLL_INTERVAL_SECONDS: '600' } as const
/** Until whatever a move has caused is over. */
const QUIET_MS = 3_000

const routeList = z.object({ routes: z.array(z.object({ route: z.string() })) })
const deals = z.object({ deals: z.array(z.object({ id: z.number(), stageId: z.number() })) })
const pipelines = z.object({
  pipelines: z.array(z.object({ stages: z.array(z.object({ id: z.number(), closedStage: z.boolean() })) })),
})
const app = z.object({
  sections: z.array(z.object({ id: z.string(), description: z.string().nullable(), project_id: z.string() })),
  projects: z.array(
    z.object({ id: z.string(), description: z.string().nullable(), is_deleted: z.boolean() }),
  ),
  items: z.array(z.object({ section_id: z.string().nullable(), project_id: z.string() })),
})

/**
 * With webhooks on, one deal after another changes its stage. The time of a change runs from the CRM's acknowledgement to the
 * moment at which Todoist shows the section in a project of the new stage, with all of its tasks; its requests are all
 * that Todoist had to answer until 3 s after it.
 */
export async function stages(
  options: Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number },
): Promise<Outcome> {
  const stand = {
    ...options,
    tasks: DEALS * TASKS_PER_DEAL,
    deals: DEALS,
    webhooks: true,
    environment: NO_POLLS,
  }
  return onStand(stand, async (open) => {
    const { product, followUpBoss, todoist, tell } = open
    tell('starting Dealbridge with a small book of deals')
    const { addresses } = await product.start('--yes')
    await followUpBoss.announceTo(`${addresses.api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
    await todoist.announceTo(`${addresses.api}/webhook/todoist`, SECRETS.todoist)
    await product.settled()
    await withoutChecklists(open)
    await product.settled()
    await pause(QUIET_MS, undefined, { signal: open.signal })
    return measure(open, options.size)
  })
}

/** The sample book has one, whose tasks would be made with a stage change and cost requests of their own. */
async function withoutChecklists({ product }: Stand): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dealbridge-bench-'))
  try {
    const file = join(folder, 'route.yaml')
    await writeFile(file, `templates:\n  ${DEMO_CHECKLIST}: null\n`)
    const { routes } = routeList.parse(JSON.parse((await product.command('route', 'list', '--json')).stdout))
    for (const { route } of routes) {
      const { code, stdout } = await product.command('route', 'edit', route, '--file', file)
      if (code !== 0) throw new Error(`the checklists of route ${route} stay: ${stdout}`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(stand: Stand, size: number): Promise<Outcome> {
  const { product, followUpBoss, todoist, tell, signal } = stand
  const began = performance.now()
  const book = deals.parse(await followUpBoss.state()).deals
  const all = pipelines.parse(await followUpBoss.state()).pipelines
  const times: number[] = []
  const requests: number[] = []
  let dearest: readonly LoggedRequest[] = []
  for (let n = 0; n < size; n += 1) {
    const deal = book[n % book.length]
    if (deal === undefined) throw new Error('the book has no deals')
    const own = all.find((one) => one.stages.some(({ id }) => id === deal.stageId))?.stages ?? []
    const at = own.findIndex(({ id }) => id === deal.stageId)
    const next = own[(at + 1) % own.length]
    if (next === undefined) throw new Error(`stage ${deal.stageId} is in no pipeline`)
    const before = await todoist.requests()
    await followUpBoss.asUser('PUT', `/v1/deals/${deal.id}`, { stageId: next.id })
    const acknowledged = performance.now()
    deal.stageId = next.id
    await waitFor(`the move of deal ${deal.id}`, () => isThere(stand, deal), {
      signal,
      timeoutMs: LATE_MS,
      everyMs: 25,
    })
    times.push(performance.now() - acknowledged)
    await pause(QUIET_MS, undefined, { signal })
    const cost = countOf(await todoist.requests()) - countOf(before)
    if (cost > dearest.length) dearest = (await todoist.requestLog()).slice(-cost)
    requests.push(cost)
    if ((n + 1) % 10 === 0) tell(`${n + 1} of ${size} stage changes`)
  }
  await product.settled()
  const took = percentilesOf(times)
  const cost = percentilesOf(requests)
  const most = Math.max(...requests)
  const astray = homeFailures(await followUpBoss.state(), await todoist.state())
  return {
    result: {
      name: 'stages',
      size,
      seconds: Math.round(performance.now() - began) / 1000,
      requests: await stand.requests(),
      stageChangeMs: took,
      lost: 0,
      duplicated: 0,
    },
    notes: [
      `requests to Todoist for one stage change: p50 ${cost.p50}, p95 ${cost.p95}, most ${most}`,
      ...(dearest.length > GOAL.requests
        ? dearest.map(
            ({ at, method, path, writes }) =>
              `${at.slice(11, 23)} ${method} ${path}${writes ? ', a write' : ''}`,
          )
        : []),
    ],
    failures: [
      ...astray,
      ...(took.p95 > GOAL.p95Ms ? [`${took.p95} ms at p95, and ${GOAL.p95Ms} are allowed`] : []),
      ...(cost.p95 > GOAL.requests ? [`${cost.p95} requests at p95, and ${GOAL.requests} are allowed`] : []),
    ],
  }
}

function countOf({ read, write }: RequestCounts): number {
  return read + write
}

/** The section of the deal lies in a project of its stage, and all of its tasks are in it. */
async function isThere(
  { todoist }: Stand,
  deal: { readonly id: number; readonly stageId: number },
): Promise<true | undefined> {
  const { sections, projects, items } = app.parse(await todoist.state())
  const section = sections.find(({ description }) => description?.includes(`deal:${deal.id}`) === true)
  const project = projects.find(({ id }) => id === section?.project_id)
  const right = project?.description?.includes(`/stage/${deal.stageId}/`) === true
  const inside = items.filter((item) => item.section_id === section?.id && item.project_id === project?.id)
  return right && inside.length >= TASKS_PER_DEAL ? true : undefined
}
