import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stage } from './deal.ts'
import {
  completed,
  GENERAL_NAME,
  type HomesPolicy,
  homeOfDeal,
  resolveHomes,
  type StageHome,
} from './stage-homes.ts'

const stage = (id: string, name: string, pipeline = '1', pipelineName = 'Buyers'): Stage => ({
  id,
  name,
  pipeline,
  pipelineName,
  place: Number(id),
  closed: false,
})
const STAGES = [
  stage('11', 'Offer'),
  stage('12', 'Under Contract'),
  stage('13', 'Closed'),
  stage('21', 'Listed', '2', 'Sellers'),
  stage('22', 'Under Contract', '2', 'Sellers'),
]
const policy = (stages: HomesPolicy['stages'], given: Partial<HomesPolicy> = {}): HomesPolicy => ({
  stages,
  general: GENERAL_NAME,
  layout: 'stage',
  ...given,
})
const create = (name: string | null = null): StageHome => ({ kind: 'create', name })
const sameAs = (id: string): StageHome => ({ kind: 'same-as', stage: id })
const namesIn = (given: HomesPolicy, stages: readonly Stage[] = STAGES) =>
  [...resolveHomes(given, stages).homes].map(([id, home]) => `${id} ${home?.key ?? '-'} ${home?.name ?? '-'}`)

describe('the homes of stages', () => {
  it('are named after them, and after the pipeline where two share a name', () => {
    expect(namesIn(policy(completed({}, STAGES)))).toEqual([
      '11 stage/11 Offer',
      '12 stage/12 Buyers · Under Contract',
      '13 stage/13 Closed',
      '21 stage/21 Listed',
      '22 stage/22 Sellers · Under Contract',
    ])
    expect(
      namesIn(policy(completed({}, [stage('1', 'Offer'), stage('2', 'offer ')]), {}), [
        stage('1', 'Offer'),
        stage('2', 'offer '),
      ]),
    ).toEqual(['1 stage/1 Buyers · Offer (1)', '2 stage/2 Buyers · offer (2)'])
    expect(namesIn(policy({ '11': create('closed'), '13': create() }))).toEqual([
      '11 stage/11 closed',
      '13 stage/13 Buyers · Closed',
    ])
    expect(namesIn(policy({ '11': create() }, { general: 'Offer' }))).toEqual(['11 stage/11 Buyers · Offer'])
  })

  it('are what the route says', () => {
    const stages = {
      '11': create('🔥 Offers'),
      '12': sameAs('13'),
      '13': sameAs('11'),
      '21': { kind: 'none' },
      '22': { kind: 'use', project: 'p1' },
    } as const
    expect(namesIn(policy(stages))).toEqual([
      '11 stage/11 🔥 Offers',
      '12 stage/11 🔥 Offers',
      '13 stage/11 🔥 Offers',
      '21 - -',
      '22 project/p1 -',
    ])
  })

  it('are one for each pipeline where the account allows few projects', () => {
    const stages = completed({ '13': create('Past clients'), '22': { kind: 'none' } }, STAGES)
    expect(namesIn(policy(stages, { layout: 'pipeline' }))).toEqual([
      '11 pipeline/1 Buyers',
      '12 pipeline/1 Buyers',
      '13 stage/13 Past clients',
      '21 pipeline/2 Sellers',
      '22 - -',
    ])
  })

  it.each<[HomesPolicy['stages'], RegExp]>([
    [{ '11': sameAs('12'), '12': sameAs('11') }, /“Offer” \(11\).*circle \(11 → 12 → 11\)/u],
    [{ '11': sameAs('11') }, /circle \(11 → 11\)/u],
    [{ '11': sameAs('99') }, /“Offer” \(11\).*stage 99.*no such stage/u],
    [{ '11': sameAs('12') }, /stage 12.*no such stage/u],
    [{ '11': create('Deals'), '12': create(' deals') }, /2 stages.*“Deals” \(11, 12\)/u],
  ])('%j tells its operator', (stages, problem) => {
    const { problems, homes } = resolveHomes(policy(stages), STAGES)
    expect(problems[0]).toMatch(problem)
    if (stages['11']?.kind === 'same-as') expect(homes.has('11')).toBe(false)
  })

  it('say which stages there are no more', () => {
    expect(resolveHomes(policy({ '11': create(), '99': create() }), STAGES)).toMatchObject({
      problems: [],
      gone: ['99'],
    })
  })

  it('always come to an end, and never share a name that nobody chose', () => {
    const home = fc.oneof<fc.Arbitrary<StageHome>[]>(
      fc.constant(create()),
      fc.constantFrom('11', '12', '13', '21', '22', '99').map(sameAs),
      fc.constant<StageHome>({ kind: 'none' }),
    )
    const name = fc.constantFrom('Offer', 'offer', 'Closed', 'Buyers · Offer')
    const stages = fc
      .array(fc.tuple(name, name), { minLength: 5, maxLength: 5 })
      .map((names) => names.map(([one, of], at) => stage(STAGES[at]?.id ?? '', one, of, of)))
    fc.assert(
      fc.property(
        stages,
        fc.dictionary(fc.constantFrom('11', '12', '13', '21', '22'), home),
        (known, mapping) => {
          const { homes, problems } = resolveHomes(policy(mapping), known)
          const chained = Object.values(mapping).filter(({ kind }) => kind === 'same-as').length
          expect(problems.length).toBeLessThanOrEqual(chained)
          expect(homes.size + problems.length).toBe(Object.keys(mapping).length)
          const made = new Map(
            [...homes.values()].flatMap((one) => (one === null ? [] : [[one.key, one.name] as const])),
          )
          expect(new Set([...made.values()].map((one) => one?.toLowerCase())).size).toBe(made.size)
        },
      ),
    )
  })
})

describe('the home of a deal', () => {
  const { homes } = resolveHomes(policy({ '11': create(), '12': { kind: 'none' } }), STAGES)
  it.each([
    ['active', '11', { kind: 'home', home: { key: 'stage/11', name: 'Offer' } }],
    ['active', '12', { kind: 'general', why: 'no-project' }],
    ['active', '13', { kind: 'general', why: 'unknown-stage' }],
    ['archived', '11', { kind: 'general', why: 'archived' }],
    ['deleted', '11', { kind: 'general', why: 'deleted' }],
  ] as const)('%s in stage %s is %j', (status, id, home) => {
    expect(homeOfDeal({ status, stage: id }, homes)).toEqual(home)
  })
})
