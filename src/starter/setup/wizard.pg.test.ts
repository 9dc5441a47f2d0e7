import { beforeEach, expect, it } from 'vitest'
import { type Bridge, openBridge } from '../../../test/services/bridge.ts'
import { deskAt } from '../../../test/services/deal-office.ts'
import { scriptedPrompter } from '../../../test/support/scripted-prompter.ts'
import { survey } from '../../activities/setup/survey.ts'
import { readConfig } from '../../config/parse.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { routeById } from '../../store/routes.ts'
import { setupOf } from '../../store/setup.ts'
import type { SetupContext } from './context.ts'
import { WizardLeft } from './prompter.ts'
import { keep } from './steps/change.ts'
import { firstSyncStep } from './steps/first-sync.ts'
import { STEPS } from './steps/index.ts'
import { pipelinesStep } from './steps/pipelines.ts'
import { whoseStep } from './steps/whose.ts'
import { ask } from './wizard.ts'

let bridge: Bridge
let context: SetupContext
const said: string[] = []

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  const desk = deskAt(bridge)
  await bridge.todoist.call('POST', '/api/v1/projects', { name: 'Showings' })
  await bridge.settle()
  const { db, deps } = bridge
  const [row] = await db<{ id: string; leftId: string; rightId: string }[]>`
    select id, left_id as "leftId", right_id as "rightId" from route`
  if (row === undefined) throw new Error('the bridge has no route')
  for (const connectionId of [row.leftId, row.rightId])
    await survey(deps, { connectionId, routeId: row.id }, desk.deciding.signal)
  const link = {
    untilLooked: () => Promise.reject(new Error('nobody looks')),
    lookAgain: () => Promise.reject(new Error('nobody looks')),
    confirm: async () => undefined,
    end: async () => undefined,
  }
  context = {
    session: { db, secretKey: async () => deps.secretKey } as SetupContext['session'],
    config: readConfig({ env: {}, cwd: '/nonexistent', isTerminal: false }),
    deciding: desk.deciding,
    link,
    route: () => routeById(db, row.id),
  }
  said.length = 0
  return () => bridge[Symbol.asyncDispose]()
})

const answering = (...answers: readonly (readonly [string, string])[]) => scriptedPrompter(said, ...answers)

/** The steps without the last one, which begins. */
const QUESTIONS = STEPS.slice(0, -1)

it('keeps each answer as a draft, goes back, and goes on where it was left', async () => {
  const first = answering(
    ['Which have projects', ''],
    ['Number of a stage', '99'],
    ['Number of a stage', '1'],
    ['Deals in', 'elsewhere'],
    ['Deals in', 'use: Nowhere'],
    ['Deals in', 'use: Showings'],
    ['Number of a stage', ''],
    ['without a deal', 'Everything else'],
    ['To change one', 'city=none'],
    ['To change one', 'town=x'],
    ['To change one', ''],
    ['Make them', 'perhaps'],
    ['Make them', 'n'],
    ['Whose tasks', 'anyone'],
    ['Which', 'b'],
    ['Whose tasks', 'own'],
    ['Which', 'soon'],
    ['Which', 'dueSince:14'],
  )
  await expect(ask(context, first, QUESTIONS)).rejects.toBeInstanceOf(WizardLeft)
  expect(first.left).toEqual([])
  expect(said.join('\n')).toMatch(/Showing: a project of its name; you have “Showings”/u)
  expect(said).toContainEqual(expect.stringContaining('There is no project Nowhere'))

  const { policy } = await context.route()
  expect(policy).toMatchObject({
    assignees: 'own',
    firstSync: { kind: 'dueSince', days: 14 },
    deals: { general: 'Everything else', stages: { 11: { kind: 'use' } }, fields: { city: null } },
  })
  const { id } = await context.route()
  expect(await setupOf(bridge.db, id)).toMatchObject({ makeLabels: false, step: 'webhooks' })

  const again = answering(['Go on where you were', 'y'], ['another name and key', 'n'])
  await ask(context, again, QUESTIONS)
  expect(again.left).toEqual([])
  expect(said.filter((line) => line.includes('need PUBLIC_URL'))).toHaveLength(2)
  expect((await setupOf(bridge.db, id)).step).toBeNull()
})

it('keeps the name and key of a system, and shows no secret', async () => {
  const webhooks = QUESTIONS.filter(({ name }) => name === 'webhooks')
  const prompter = answering(
    ['another name and key', 'y'],
    ['System name', 'Mine'],
    ['System key', 'a-secret'],
  )
  await ask(context, prompter, webhooks)
  expect(prompter.left).toEqual([])
  expect(said.join('\n')).not.toContain('a-secret')
  expect(said).toContain('It works, and is kept.')
})

it('goes back over what had nothing to ask', async () => {
  const passing = { ...whoseStep, name: 'passing', run: async () => 'passed' as const }
  const prompter = answering(['Whose tasks', ''], ['Which', 'b'], ['Whose tasks', ''], ['Which', ''])
  await ask(context, prompter, [passing, whoseStep, passing, firstSyncStep])
  expect(prompter.left).toEqual([])
  await ask(context, answering(['Whose tasks', 'b'], ['Whose tasks', '']), [passing, whoseStep])
})

it('takes a pipeline out and in again, and leaves what was said of the stages of the others', async () => {
  const stagesOf = async () => Object.entries((await context.route()).policy.deals?.stages ?? {})
  await keep(context, answering(), { deals: { stages: { 12: { create: 'Offers' } } } })
  const before = await stagesOf()
  await ask(context, answering(['Which have', '3'], ['Which have', '1']), [pipelinesStep])
  const out = await stagesOf()
  expect(out.filter(([, home]) => home.kind === 'none').map(([id]) => id)).toEqual(
    expect.arrayContaining(['21', '25']),
  )
  expect(out).toEqual(expect.arrayContaining(before))
  await ask(context, answering(['Which have', 'all']), [pipelinesStep])
  expect(await stagesOf()).toEqual(before)
})
