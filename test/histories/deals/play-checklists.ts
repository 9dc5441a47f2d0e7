import type { Checklist } from '../../../src/core/checklist.ts'
import { DEFAULT_DEALS } from '../../../src/core/deal-policy.ts'
import { pick, random } from '../scheduler.ts'
import { whyBroken } from '../services/crew.ts'
import { type Lab, setPolicy } from '../services/lab.ts'
import { accountOf } from './book.ts'
import { crmTasks } from './doings.ts'
import { Hands, type Task } from './hands.ts'

const ITEMS: Readonly<Record<number, readonly string[]>> = {
  12: ['Order the inspection', 'Book the closing'],
  13: ['Send the contract'],
}
const CHECKLISTS = Object.entries(ITEMS).map(
  ([stage, titles]): Checklist => ({
    name: `At ${stage}`,
    stage,
    weekend: 'keep',
    items: titles.map((title) => ({
      key: null,
      title,
      notes: '',
      type: null,
      priority: null,
      labels: [],
      due: null,
      weekend: null,
    })),
  }),
)
const STAGES = [11, 12, 13]
const PEOPLE = 4
const MOVES = 24
/** So many moves, and then quiet. */
const BETWEEN = 6
const FAULTS = ['reply-lost', 'refused', 'status:500', 'status:503']
const TASKS: readonly Task[] = ['deals', 'left', 'right', 'work', 'work', 'work']

/** `entries`: how often it came into a stage; `rested`: in how many of these it was there when all was quiet. */
type Entered = { entries: number; rested: number }
type DealFacts = {
  readonly id: number
  readonly person: number
  stage: number
  /** Whether its rest in this stage is counted, or it was there from the start. */
  counted: boolean
  readonly entered: Record<number, Entered>
}

export type Played = { readonly failures: readonly string[]; readonly story: readonly string[] }

/**
 * Deals come into stages that have checklists, and leave them again, while services fail and workers die. At the end each
 * entry that lasted until all was quiet has its tasks once on both sides, and no entry has any twice.
 */
export async function playChecklists(lab: Lab, seed: number): Promise<Played> {
  const rng = random(seed)
  const hands = new Hands(lab)
  try {
    const deals = await prepare(lab, rng)
    await hands.settle()
    for (let n = 1; n <= MOVES; n += 1) {
      await move(lab, hands, pick(rng, deals), rng)
      if (rng() < 0.4) await fault(lab, hands, rng)
      const worker = pick(rng, ['a', 'b'])
      await hands.run(worker, pick(rng, TASKS), Math.floor(rng() * 30))
      if (rng() < 0.3) hands.kill(worker)
      await lab.clock.advance(Math.floor(rng() * (rng() < 0.1 ? 1_200_000 : 3_000)))
      if (n % BETWEEN === 0) await quiet(lab, hands, deals)
    }
    const writes = lab.journal.writes
    await hands.round()
    const more = lab.journal.writes - writes
    const failures = await judge(lab, deals)
    return {
      failures: more === 0 ? failures : [...failures, `a second pass wrote ${more} times`],
      story: hands.story,
    }
  } catch (error) {
    return { failures: [whyBroken(error)], story: hands.story }
  }
}

async function prepare(lab: Lab, rng: () => number): Promise<DealFacts[]> {
  await lab.reset()
  await setPolicy(lab, {
    zone: 'America/New_York',
    direction: 'both',
    assignees: 'own',
    fields: {},
    conflicts: 'newest',
    deletes: { left: 'propagate', right: 'unlink' },
    deals: { ...DEFAULT_DEALS, checklists: CHECKLISTS },
  })
  const deals: DealFacts[] = []
  for (let n = 0; n < PEOPLE; n += 1) {
    const { body: person } = await lab.user.left.call<{ id: number }>('POST', '/v1/people', {
      name: `Person ${n}`,
    })
    const stage = pick(rng, STAGES)
    const given = { name: `Deal of ${n}`, stageId: stage, peopleIds: [person.id] }
    const { body: deal } = await lab.user.left.call<{ id: number }>('POST', '/v1/deals', given)
    const entered = Object.fromEntries(STAGES.map((id) => [id, { entries: 0, rested: 0 }]))
    deals.push({ id: deal.id, person: person.id, stage, counted: true, entered })
  }
  return deals
}

async function move(lab: Lab, hands: Hands, deal: DealFacts, rng: () => number): Promise<void> {
  // The CRM tells of an entry in whole seconds.
  await lab.clock.advance(1_000)
  await lab.clock.flush()
  const stage = pick(
    rng,
    STAGES.filter((id) => id !== deal.stage),
  )
  await lab.user.left.call('PUT', `/v1/deals/${deal.id}`, { stageId: stage })
  Object.assign(deal, { stage, counted: false })
  enteredIn(deal, stage).entries += 1
  hands.tell(`deal ${deal.id} comes into ${stage}`)
}

function enteredIn({ entered }: DealFacts, stage: number): Entered {
  const found = entered[stage]
  if (found === undefined) throw new Error(`there is no stage ${stage}`)
  return found
}

async function fault(lab: Lab, hands: Hands, rng: () => number): Promise<void> {
  const side = pick(rng, ['left', 'right'] as const)
  const word = pick(rng, FAULTS)
  const times = 1 + Math.floor(rng() * 3)
  hands.tell(`${side}: ${word} for the next ${times} requests`)
  await lab.user[side].call('POST', '/__sim/faults', [{ match: '*', do: word, times }])
}

async function quiet(lab: Lab, hands: Hands, deals: readonly DealFacts[]): Promise<void> {
  for (const user of Object.values(lab.user)) await user.call('POST', '/__sim/faults', [])
  await hands.settle()
  for (const deal of deals) {
    if (!deal.counted) enteredIn(deal, deal.stage).rested += 1
    deal.counted = true
  }
}

async function judge(lab: Lab, deals: readonly DealFacts[]): Promise<string[]> {
  const crm = await crmTasks(lab.user)
  const items = (await accountOf(lab.user)).items.filter(({ is_deleted }) => !is_deleted)
  const wrong: string[] = []
  for (const deal of deals)
    for (const [stage, titles] of Object.entries(ITEMS)) {
      const { entries, rested } = enteredIn(deal, Number(stage))
      const counts = titles.map(
        (title) => crm.filter(({ name, personId }) => name === title && personId === deal.person).length,
      )
      for (const count of counts)
        if (count < rested || count > entries)
          wrong.push(
            `deal ${deal.id} has the tasks of ${stage} ${count} times at the CRM, for ${entries} entries of which ${rested} lasted`,
          )
      if (new Set(counts).size > 1) wrong.push(`deal ${deal.id} has not all tasks of ${stage}`)
    }
  for (const title of Object.values(ITEMS).flat()) {
    const there = crm.filter(({ name }) => name === title).length
    const here = items.filter(({ content }) => content === title).length
    if (there !== here) wrong.push(`“${title}” is ${there} times at the CRM and ${here} times in Todoist`)
  }
  return wrong
}
