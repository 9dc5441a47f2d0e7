import { describe, expect, it } from 'vitest'
import { type DoubtInput, doubtedFields, pruneTrail, type Trail } from './doubt.ts'

const LEFT_AT = '2027-01-04T10:00:00.000000Z'
const BELIEVED = '2027-01-04T10:00:30.000000Z'
const step = (given: Partial<Trail> = {}): Trail => ({
  side: 'left',
  field: 'title',
  value: 'Old',
  leftAt: LEFT_AT,
  ...given,
})

const doubt = (given: Partial<DoubtInput> = {}) =>
  doubtedFields({
    side: 'left',
    values: { title: 'Old', due: null },
    askedAt: '2027-01-04T10:00:10.000000Z',
    version: null,
    writtenVersion: null,
    trail: [step()],
    staleReadMs: 30_000,
    ...given,
  })

const NO_DOUBT = { fields: new Set(), until: null }

describe('a value that the base left lately', () => {
  it('is doubted until stale reads are over', () => {
    expect(doubt()).toEqual({ fields: new Set(['title']), until: BELIEVED })
    expect(doubt({ askedAt: '2027-01-04T10:00:29.999999Z' }).fields.size).toBe(1)
    expect(doubt({ askedAt: BELIEVED })).toEqual(NO_DOUBT)
  })

  it('is doubted on its own side and in its own field alone', () => {
    expect(doubt({ side: 'right' })).toEqual(NO_DOUBT)
    expect(doubt({ trail: [step({ field: 'notes' })] })).toEqual(NO_DOUBT)
    expect(doubt({ values: { title: 'New' } })).toEqual(NO_DOUBT)
  })

  it('is compared by content', () => {
    const due = { kind: 'day', day: '2027-01-04' }
    const trail = [step({ field: 'due', value: { day: '2027-01-04', kind: 'day' } })]
    expect(doubt({ values: { due }, trail }).fields).toEqual(new Set(['due']))
  })

  it('is believed in a picture that is certainly newer than our last write', () => {
    expect(doubt({ version: '0011', writtenVersion: '0010' })).toEqual(NO_DOUBT)
    for (const version of ['0010', '0009', null]) {
      expect(doubt({ version, writtenVersion: '0010' }).fields.size).toBe(1)
    }
    expect(doubt({ version: '0011', writtenVersion: null }).fields.size).toBe(1)
  })

  it('of several is doubted until the last of them can be believed', () => {
    const later = '2027-01-04T10:00:05.000000Z'
    const trail = [step({ leftAt: later }), step({ field: 'due', value: null })]
    expect(doubt({ trail })).toEqual({
      fields: new Set(['title', 'due']),
      until: '2027-01-04T10:00:35.000000Z',
    })
  })
})

describe('the trail', () => {
  it('forgets what no stale read can bring back', () => {
    const young = step({ leftAt: '2027-01-04T10:00:20.000000Z' })
    expect(pruneTrail([step(), young], BELIEVED, 30_000)).toEqual([young])
    expect(pruneTrail([step()], '2027-01-04T10:00:29.999999Z', 30_000)).toEqual([step()])
  })
})
