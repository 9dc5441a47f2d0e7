import { describe, expect, it } from 'vitest'
import type { Stage } from './deal.ts'
import { proposeHomes } from './stage-proposal.ts'

const stage = (id: string, name: string, more: Partial<Stage> = {}): Stage => ({
  id,
  name,
  pipeline: '1',
  pipelineName: 'Buyers',
  place: Number(id),
  closed: false,
  ...more,
})
const project = (id: string, name: string) => ({ id, name })
const homes = (stages: readonly Stage[], projects: readonly { id: string; name: string }[]) =>
  Object.fromEntries(proposeHomes(stages, projects, null).stages.map(({ stage, home }) => [stage, home]))

describe('where the deals of a stage are to lie', () => {
  it('is a project to be made, where there is none of its name', () => {
    expect(homes([stage('1', 'Showing')], [project('p', 'Groceries')])).toEqual({
      1: { kind: 'create', name: null },
    })
  })

  it('is the project of its name, whatever its case, emoji and punctuation', () => {
    expect(homes([stage('1', 'Under Contract')], [project('p', '📝 under-contract')])).toEqual({
      1: { kind: 'use', project: 'p' },
    })
  })

  it('is rather the project that names its pipeline, too', () => {
    const projects = [project('p', 'Showing'), project('q', 'Buyers: Showing')]
    expect(homes([stage('1', 'Showing')], projects)).toEqual({ 1: { kind: 'use', project: 'q' } })
  })

  it('is where those of another stage of the name lie, when there is one project for both', () => {
    const stages = [
      stage('1', 'Closed', { closed: true }),
      stage('2', 'Closed', { pipeline: '2', pipelineName: 'Sellers', closed: true }),
    ]
    expect(homes(stages, [project('p', 'Closed')])).toEqual({
      1: { kind: 'use', project: 'p' },
      2: { kind: 'same-as', stage: '1' },
    })
  })

  it('is not guessed between two projects of one name, which are told', () => {
    const [found] = proposeHomes(
      [stage('1', 'Showing')],
      [project('p', 'Showing'), project('q', 'SHOWING!')],
      null,
    ).stages
    expect(found).toEqual({ stage: '1', home: { kind: 'create', name: null }, near: ['p', 'q'] })
  })

  it('is General where deals were lost, and a project where they were won', () => {
    const stages = [
      stage('1', 'Closed', { closed: true }),
      stage('2', 'Lost / Withdrawn', { closed: true }),
      stage('3', 'Lost touch'),
    ]
    expect(homes(stages, [])).toEqual({
      1: { kind: 'create', name: null },
      2: { kind: 'none' },
      3: { kind: 'create', name: null },
    })
  })

  it('tells projects that are nearly called so, without taking them', () => {
    const projects = [project('p', 'Showings'), project('q', 'Show'), project('r', 'Offer')]
    expect(proposeHomes([stage('1', 'Showing')], projects, null).stages).toEqual([
      { stage: '1', home: { kind: 'create', name: null }, near: ['p', 'q'] },
    ])
  })

  it('takes no project for a stage that is called by signs alone', () => {
    expect(homes([stage('1', '★')], [project('p', '☆')])).toEqual({ 1: { kind: 'create', name: null } })
  })
})

describe('an account that takes few projects', () => {
  const stages = [
    stage('1', 'Showing'),
    stage('2', 'Offer'),
    stage('3', 'Listing', { pipeline: '2', pipelineName: 'Sellers' }),
  ]
  const room = (limit: number) => {
    const { layout, others } = proposeHomes(stages, [project('p', 'Mine')], limit)
    return { layout, others }
  }

  it('has a project for each stage as long as they fit, with General', () => {
    expect(room(5)).toEqual({ layout: 'stage', others: 'create' })
  })

  it('else one for each pipeline', () => {
    expect(room(4)).toEqual({ layout: 'pipeline', others: 'create' })
  })

  it('else General alone', () => {
    expect(room(3)).toEqual({ layout: 'stage', others: 'general' })
  })
})
