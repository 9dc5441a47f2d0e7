import { DEFAULT_DEALS } from '../../../src/core/deal-policy.ts'
import { json } from '../../../src/store/json.ts'
import { pick, random } from '../scheduler.ts'
import { whyBroken } from '../services/crew.ts'
import type { Outcome } from '../services/history.ts'
import { type Lab, setPolicy } from '../services/lab.ts'
import { keptIn } from '../services/record.ts'
import { accountOf, Book, STAGES } from './book.ts'
import { addInFub, crmTasks, doSomething, moveStage, type Scene } from './doings.ts'
import { Hands, type Task } from './hands.ts'
import { judge } from './judge.ts'

const PEOPLE = 10
/** The limits of the service, and what the record leaves of them: 4 sections and 12 tasks a project. */
const AT_SERVICE = { sectionsPerProject: 5, tasksPerProject: 15 }
const AS_TOLD = { sectionsPerProject: 6, tasksPerProject: 42 }
/** Which tasks a section takes along where it is moved: nobody has proven it (reference todoist U4). By seed. */
const TAKES = ['all', 'none', 'some'] as const
const FAULTS = ['reply-lost', 'refused', 'status:500', 'status:503', 'stale-read:5000']
const TASKS: readonly Task[] = ['deals', 'left', 'right', 'work', 'work', 'work']

/**
 * So many deals come into other stages while users do this and that, services fail and workers die. Then all is quiet, and
 * everything must lie where the CRM and its users have it, and stay so.
 */
export async function playDeals(lab: Lab, seed: number, stageMoves: number): Promise<Outcome> {
  const rng = random(seed)
  const hands = new Hands(lab)
  const takes = TAKES[seed % TAKES.length] ?? 'all'
  const scene: Scene = { users: lab.user, book: new Book(), rng, takes, tell: (line) => hands.tell(line) }
  scene.tell(`a section that is moved takes ${takes} of its tasks along`)
  try {
    await prepare(lab, scene)
    await hands.settle()
    for (let n = 0; n < stageMoves; n += 1) {
      await moveStage(scene)
      if (rng() < 0.8) await doSomething(scene)
      if (rng() < 0.3) await fault(lab, scene)
      const worker = pick(rng, ['a', 'b'])
      await hands.run(worker, pick(rng, TASKS), Math.floor(rng() * 30))
      if (rng() < 0.2) hands.kill(worker)
      await lab.clock.advance(Math.floor(rng() * (rng() < 0.1 ? 90_000 : 3_000)))
    }
    await calm(lab)
    await hands.settle()
    const writes = lab.journal.writes
    await hands.round()
    const { questions, open } = await keptIn(lab.db)
    for (const { tokens, ...rest } of open)
      hands.tell(`left open: ${tokens.join(', ')} ${JSON.stringify(rest)}`)
    const failures = judge(scene.book, await accountOf(lab.user), await crmTasks(lab.user), questions)
    const more = lab.journal.writes - writes
    const all = more === 0 ? failures : [...failures, `a second pass wrote ${more} times`]
    return outcomeOf(all, hands.story, questions.length)
  } catch (error) {
    return outcomeOf([whyBroken(error)], hands.story, 0)
  }
}

function outcomeOf(failures: readonly string[], story: readonly string[], asked: number): Outcome {
  const lost = failures.filter((one) => / is 0 times /u.test(one))
  const doubled = failures.filter((one) => / is (?:[2-9]|\d\d+) times /u.test(one))
  const unsettled = failures.filter((one) => !lost.includes(one) && !doubled.includes(one))
  return { failures, story, lost, doubled, unsettled, windows: 0, asked }
}

async function prepare(lab: Lab, scene: Scene): Promise<void> {
  const { book, rng, users } = scene
  await lab.reset({ right: { ...AT_SERVICE, sectionMoveTakes: scene.takes } })
  await setPolicy(lab, {
    zone: 'America/New_York',
    direction: 'both',
    assignees: 'own',
    fields: {},
    conflicts: 'newest',
    deletes: { left: 'propagate', right: 'unlink' },
    deals: DEFAULT_DEALS,
  })
  await lab.db`
    update connection set facts = jsonb_set(facts, '{limits}', facts -> 'limits' || ${json(lab.db, AS_TOLD)})
    where id = ${lab.rightId}`
  const stages = Object.keys(STAGES).map(Number)
  for (let n = 0; n < PEOPLE; n += 1) {
    const { body: person } = await users.left.call<{ id: number }>('POST', '/v1/people', {
      name: `Person ${n}`,
    })
    // The last two have two deals each.
    for (let deals = n < PEOPLE - 2 ? 1 : 2; deals > 0; deals -= 1) {
      const stage = pick(rng, stages)
      const given = { name: `Deal of ${n}`, stageId: stage, peopleIds: [person.id] }
      const { body: deal } = await users.left.call<{ id: number; name: string }>('POST', '/v1/deals', given)
      book.deals.push({
        ...deal,
        person: person.id,
        stage,
        archived: false,
        named: null,
        lost: false,
        strayed: 0,
      })
    }
  }
  for (let n = 0; n < 2 * PEOPLE; n += 1) await addInFub(scene)
}

async function fault(lab: Lab, { rng, tell }: Scene): Promise<void> {
  const side = pick(rng, ['left', 'right'] as const)
  const word = pick(rng, FAULTS)
  const times = 1 + Math.floor(rng() * 3)
  tell(`${side}: ${word} for the next ${times} requests`)
  await lab.user[side].call('POST', '/__sim/faults', [{ match: '*', do: word, times }])
}

async function calm(lab: Lab): Promise<void> {
  for (const user of Object.values(lab.user)) await user.call('POST', '/__sim/faults', [])
}
