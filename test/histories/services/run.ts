import { addContainer, setRemoteId } from '../../../src/store/containers.ts'
import { inTransaction } from '../../../src/store/database.ts'
import { create, edit, type Places, type Stage } from './actions.ts'
import { Crew, whyBroken } from './crew.ts'
import { Deliveries } from './deliveries.ts'
import { Doings } from './doings.ts'
import { accountOf, type Lab, setPolicy } from './lab.ts'
import type { Event, Script } from './script.ts'
import { NAMES, SIDES, type Side } from './sides.ts'
import type { Users } from './users.ts'

/** What a history leaves for the oracle to judge, and for a person to read. */
export type Played = {
  readonly doings: Doings
  readonly story: readonly string[]
  /** Something went on changing, or the product threw; null when it came to rest. */
  readonly broke: string | null
  readonly general: string | null
}

/** Plays a history on the lab, event by event, and then lets everything settle. */
export async function play(lab: Lab, script: Script): Promise<Played> {
  await lab.reset()
  await setPolicy(lab, {
    zone: 'America/New_York',
    direction: 'both',
    assignees: 'own',
    ...script.policy,
  })
  const players = await Players.open(lab, script)
  const { crew } = players
  let broke: string | null = null
  try {
    if (script.looked === true) await crew.lookAtBoth()
    for (const event of script.events) await players.play(event)
    await players.calm()
    await crew.settle('complete', needsCompleteLooks(script) ? 'complete' : 'incremental')
  } catch (error) {
    broke = whyBroken(error)
  }
  return { doings: players.doings, story: crew.story, broke, general: (await players.places()).general }
}

/** Most tasks that one edit names where complete looks are not asked for: each absence takes a look of its own. */
const FEW = 10

/** A complete look in every round costs time, and so only some histories take it, and those where very many tasks go. */
function needsCompleteLooks({ seed, events }: Script): boolean {
  return seed % 4 === 0 || events.some((event) => event.do === 'edit' && event.edits.length > FEW)
}

class Players {
  readonly doings = new Doings()
  readonly crew: Crew
  readonly #lab: Lab
  readonly #deliveries: Deliveries
  readonly #stage: Stage
  readonly #other: string

  private constructor(lab: Lab, script: Script, deliveries: Deliveries, other: string) {
    this.#lab = lab
    this.crew = new Crew(lab)
    this.#deliveries = deliveries
    this.#other = other
    const users: Users = lab.user
    this.#stage = {
      avoid: script.avoid,
      users,
      doings: this.doings,
      next: () => lab.journal.next(),
      places: () => this.places(),
      tell: (line) => this.crew.tell(line),
    }
  }

  static async open(lab: Lab, script: Script): Promise<Players> {
    const { body: other } = await lab.user.right.call<{ id: string }>('POST', '/api/v1/projects', {
      name: 'Private',
    })
    await makeGeneral(lab)
    return new Players(lab, script, await Deliveries.open(lab), other.id)
  }

  async places(): Promise<Places> {
    const [row] = await this.#lab.db<{ id: string | null }[]>`
      select remote_id as id from container where role = 'general' and remote_id is not null order by shard`
    return { general: row?.id ?? null, other: this.#other }
  }

  async play(event: Event): Promise<void> {
    const { crew } = this
    switch (event.do) {
      case 'create':
      case 'edit':
        await (event.do === 'create' ? create(this.#stage, event) : edit(this.#stage, event.edits))
        return crew.pass(1)
      case 'run':
        return crew.run(event.worker, event.job, event.steps)
      case 'kill':
        return crew.kill(event.worker)
      case 'cut':
        return crew.cut(event.worker, event.when)
      case 'pass':
        if (event.ms > 60_000) crew.tell(`${Math.round(event.ms / 1000)} s pass`)
        return crew.pass(event.ms)
      case 'fault':
        if (event.word.startsWith('stale') && !this.#mayBeStale(event.side)) return
        crew.tell(`${NAMES[event.side]}: ${event.word} for the next ${event.times} requests`)
        if (event.word.startsWith('stale')) this.#lab.journal.staleExpected = true
        await this.#lab.user[event.side].call('POST', '/__sim/faults', [
          { match: '*', do: event.word, times: event.times },
        ])
        return
      case 'deliver': {
        const side = await this.#deliveries.end(event.nth, event.how)
        if (side !== null && event.how !== 'lose') crew.tell(`a webhook of ${side} arrives ${event.how}`)
        return
      }
      case 'resume':
        return crew.resume(event.once)
      case 'settle':
        await this.calm()
        return crew.settle('incremental')
    }
  }

  #mayBeStale(side: Side): boolean {
    const { avoid, doings } = this.#stage
    if (side === 'right' && avoid.includes('stale-skips-completed') && doings.editedCompleted) return false
    if (side === 'right') doings.shownThePast = true
    return true
  }

  /** Faults end, and everybody comes to the end of what he does. */
  async calm(): Promise<void> {
    this.crew.tell('— quiet —')
    for (const side of SIDES) await this.#lab.user[side].call('POST', '/__sim/faults', [])
    await this.crew.finish()
  }
}

/** General is there from the start: so that users can put tasks into it. */
async function makeGeneral(lab: Lab): Promise<void> {
  const marker = `follow-up-boss/${await accountOf(lab)}/general/1`
  const { body } = await lab.user.right.call<{ id: string }>('POST', '/api/v1/projects', {
    name: 'General',
    description: `dealbridge: ${marker}`,
  })
  await inTransaction(lab.db, async (tx) => {
    const general = await addContainer(tx, {
      routeId: lab.routeId,
      connectionId: lab.rightId,
      role: 'general',
      shard: 1,
      name: 'General',
      marker,
    })
    await setRemoteId(tx, general.id, body.id)
  })
}
