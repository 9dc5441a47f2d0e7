import { Crew, whyBroken } from '../services/crew.ts'
import { SIDES, type Side } from '../services/sides.ts'
import { create, edit, type Stage } from './actions.ts'
import { Doings } from './doings.ts'
import type { Lab } from './lab.ts'
import { NAMES, SERVICES } from './pairs.ts'
import type { Event, Script } from './script.ts'
import { Timeline } from './timeline.ts'

/** What a history leaves for the oracle to judge, and for a person to read. */
export type Played = {
  readonly doings: Doings
  readonly timeline: Timeline
  readonly story: readonly string[]
  /** Something went on changing, or the product threw; null when it came to rest. */
  readonly broke: string | null
}

/** A complete look in every round costs time, and so only some histories take it. */
const COMPLETE_EVERY = 4

/** Plays a history on the lab, event by event, and then lets everything settle. */
export async function play(
  lab: Lab,
  { seed, policy, avoid = [], strips = false, events }: Script,
): Promise<Played> {
  await lab.reset(policy, strips)
  const crew = new Crew(lab)
  const timeline = new Timeline()
  const look = async (side: Side) => timeline.note(side, lab.journal.next(), await lab.apps[side].tasks())
  const stage: Stage = {
    avoid,
    pair: lab.pair,
    apps: lab.apps,
    doings: new Doings(),
    timeline,
    next: () => lab.journal.next(),
    tell: (line) => crew.tell(line),
  }
  lab.journal.onWrite = look
  let broke: string | null = null
  try {
    await crew.lookAtBoth()
    for (const event of events) await playOne(lab, crew, stage, event)
    await calm(lab, crew)
    await crew.settle('complete', seed % COMPLETE_EVERY === 0 ? 'complete' : 'incremental')
  } catch (error) {
    broke = whyBroken(error)
  }
  for (const side of SIDES) await look(side)
  return { doings: stage.doings, timeline, story: crew.story, broke }
}

async function playOne(lab: Lab, crew: Crew, stage: Stage, event: Event): Promise<void> {
  switch (event.do) {
    case 'create':
    case 'edit':
      // The record's clock is asked by our own tasks too.
      await lab.clock.flush()
      await (event.do === 'create' ? create(stage, event) : edit(stage, event.edits))
      return crew.pass(1)
    case 'run':
      return crew.run(event.worker, event.job, event.steps, event.looks)
    case 'kill':
      return crew.kill(event.worker)
    case 'cut':
      return crew.cut(event.worker, event.when)
    case 'pass':
      if (event.ms > 60_000) crew.tell(`${Math.round(event.ms / 1000)} s pass`)
      return crew.pass(event.ms)
    case 'fault':
      crew.tell(
        `${NAMES[SERVICES[lab.pair][event.side]]}: ${event.word} for the next ${event.times} requests`,
      )
      if (event.word.startsWith('stale')) lab.journal.staleExpected = true
      return lab.setFaults(event.side, [{ do: event.word, times: event.times }])
    case 'resume':
      return crew.resume(event.once)
    case 'settle':
      await calm(lab, crew)
      return crew.settle('incremental')
  }
}

/** Faults end, and everybody comes to the end of what he does. */
async function calm(lab: Lab, crew: Crew): Promise<void> {
  crew.tell('— quiet —')
  for (const side of SIDES) await lab.setFaults(side, [])
  await crew.finish()
}
