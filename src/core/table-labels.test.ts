import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULT_DEAL_TYPES,
  labelName,
  oursAfter,
  stageLabel,
  tableLabelChange,
  tableLabels,
  tableProblems,
} from './table-labels.ts'
import { foldLabel, writeLabels } from './type-labels.ts'

const TABLES = { counties: { Asheville: 'buncombe', 'Señor City': 'senor' }, dealTypes: DEFAULT_DEAL_TYPES }

it.each<[string, string | null]>([
  ['Under Contract', 'stage-under-contract'],
  ['Showing', 'stage-showing'],
  ['Été', 'stage-ete'],
  ['🏡', null],
])('the label of stage %s is %s', (stage, label) => {
  expect(stageLabel(stage)).toBe(label)
})

describe('labels by tables', () => {
  it.each([
    [{ city: 'Asheville', type: 'Buyer' }, ['buncombe', 'buyer']],
    [{ city: ' ASHEVILLE ', type: 'short-term rental' }, ['buncombe', 'str']],
    [{ city: 'senor city', type: null }, ['senor']],
    [{ city: null, type: 'Seller; Investor,' }, ['investor', 'seller']],
    [{ city: 'constructor', type: 'Tenant' }, []],
    [null, []],
  ])('of %j are %j', (deal, labels) => {
    expect(tableLabels(deal, TABLES)).toEqual(labels)
  })

  it.each(['Buncombe', 'a b', '', 'ä', '@x', 'crm', 'call', 'needs-person', 'deal-5501', 'x'.repeat(61)])(
    'cannot be named %j',
    (name) => {
      expect(tableProblems('labels.counties', { Asheville: name })).toHaveLength(1)
    },
  )

  it('can be named as the tables here do', () => {
    expect(tableProblems('labels.counties', TABLES.counties)).toEqual([])
    expect(tableProblems('labels.dealTypes', TABLES.dealTypes)).toEqual([])
  })

  it.each([
    ['Under Contract', 'under-contract'],
    ['🔥 Négociation (v2) ', 'negociation-v2'],
    ['***', ''],
    [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
  ])('made of %j is %j', (words, name) => {
    expect(labelName(words)).toBe(name)
  })
})

describe('the change of a task’s labels', () => {
  it('takes away what we put there, and nothing of its user’s', () => {
    expect(tableLabelChange(['VIP', 'Buncombe', 'buyer'], ['madison'], ['buncombe'])).toEqual({
      add: ['madison'],
      remove: ['Buncombe'],
    })
    expect(oursAfter(['buyer'], ['buyer', 'madison'], [])).toEqual(['madison'])
  })

  it('leaves every other label alone, shows what is wanted, and is asked for once', () => {
    const name = fc.constantFrom('buncombe', 'Buncombe', 'buyer', 'seller', 'vip', 'crm', 'call')
    const raw = fc.uniqueArray(name, { selector: foldLabel })
    const table = fc.subarray(['buncombe', 'buyer', 'seller'])
    fc.assert(
      fc.property(raw, table, table, (held, wanted, ours) => {
        const change = tableLabelChange(held, wanted, ours)
        const written = writeLabels(held, { tables: change })
        const others = (names: readonly string[]) =>
          names.filter((one) => !ours.includes(foldLabel(one)) && !change.add.includes(one))
        expect(others(written)).toEqual(others(held))
        expect(written.map(foldLabel)).toEqual(expect.arrayContaining(wanted))
        const next = oursAfter(held, wanted, ours)
        expect(tableLabelChange(written, wanted, next)).toEqual({ add: [], remove: [] })
        const left = writeLabels(written, { tables: tableLabelChange(written, [], next) })
        expect(left).toEqual(held.filter((one) => !ours.includes(foldLabel(one))))
      }),
    )
  })
})
