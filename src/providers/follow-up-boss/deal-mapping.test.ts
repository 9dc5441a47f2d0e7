import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dealRow } from '../../../test/follow-up-boss/deal-rows.ts'
import { decodeDeal, decodeDeals } from './deal-mapping.ts'

describe('a deal', () => {
  test('is read with its people, its place, and the own fields of the account', () => {
    const own = {
      customZip: 28734,
      customNotes: '',
      customKinds: ['Condo', 'Land'],
      customAddress: '1 Elm St',
    }
    expect(decodeDeal(dealRow(5501, own))).toEqual({
      id: '5501',
      name: 'Baker: 123 Main St',
      status: 'active',
      pipeline: '1',
      users: ['7'],
      stage: '12',
      people: [{ id: '5001', name: 'Tom Baker' }],
      price: 350000,
      closesOn: '2026-04-30',
      enteredStageAt: '2026-02-20T17:31:44Z',
      values: { customAddress: '1 Elm St', customKinds: 'Condo, Land', customZip: '28734' },
    })
  })

  test('whose own fields come in another order is the same text', () => {
    const [one, other] = [
      { customA: '1', customB: '2' },
      { customB: '2', customA: '1' },
    ].map((own) => JSON.stringify(decodeDeal(dealRow(1, own))))
    expect(one).toBe(other)
  })

  test('has everybody once, in the order of the service, and nobody who has no id', () => {
    const people = [
      { id: '9', name: ' Ann \n Lee ' },
      { id: 0, name: 'Nobody' },
      null,
      { id: 4, name: null },
      { id: 9, name: 'Again' },
    ]
    expect(decodeDeal(dealRow(1, { people }))?.people).toEqual([
      { id: '9', name: 'Ann Lee' },
      { id: '4', name: '' },
    ])
    expect(decodeDeal(dealRow(1, { people: null }))?.people).toEqual([])
  })

  test.each([
    ['Archived', 'archived'],
    ['Deleted', 'deleted'],
    ['active', 'active'],
  ])('that is %s is so', (status, as) => {
    expect(decodeDeal(dealRow(1, { status }))?.status).toBe(as)
  })

  test.each<[object, object]>([
    [{ price: '350000.50' }, { price: 350000.5 }],
    [{ price: 0 }, { price: 0 }],
    [{ price: null }, { price: null }],
    [{ price: 'a lot' }, { price: null }],
    [{ projectedCloseDate: '2026-04-30T00:00:00Z' }, { closesOn: '2026-04-30' }],
    [{ projectedCloseDate: '' }, { closesOn: null }],
    [{ projectedCloseDate: 'soon' }, { closesOn: null }],
    [{ projectedCloseDate: '2026-02-30' }, { closesOn: null }],
    [{ projectedCloseDate: { date: '2026-04-30' } }, { closesOn: null }],
    [{ enteredStageAt: '2026-02-20T17:31:44.120Z' }, { enteredStageAt: '2026-02-20T17:31:44Z' }],
    [{ enteredStageAt: 'then' }, { enteredStageAt: null }],
    [{ enteredStageAt: undefined }, { enteredStageAt: null }],
    [{ name: null }, { name: '' }],
    [
      { id: '7', stageId: '12' },
      { id: '7', stage: '12' },
    ],
  ])('with %j is read as %j', (odd, as) => {
    expect(decodeDeal(dealRow(1, odd))).toMatchObject(as)
  })

  test.each([
    { status: 'Paused' },
    { status: undefined },
    { stageId: null },
    { stageId: 0 },
    { pipelineId: undefined },
    { people: undefined },
    { people: 'Tom Baker' },
    { people: ['Tom Baker'] },
    { name: { text: 'Baker' } },
    { id: -1 },
  ])('with %j cannot be read', (odd) => {
    expect(decodeDeal(dealRow(1, odd))).toBeNull()
  })
})

test('a row that cannot be read costs the others nothing', () => {
  const rows = [dealRow(3), dealRow(2, { people: undefined }), null, { name: 'No id' }, dealRow(1)]
  const { deals, unreadable } = decodeDeals(rows)
  expect([deals.map(({ id }) => id), unreadable]).toEqual([['3', '1'], ['2']])
})

test('whatever a field holds, the row is a deal under its id or cannot be read', () => {
  const fields = Object.keys(dealRow(1)).filter((name) => name !== 'id')
  const odd = fc.dictionary(fc.constantFrom(...fields, 'customA', 'customB'), fc.jsonValue())
  fc.assert(
    fc.property(odd, (changes) => {
      const { deals, unreadable } = decodeDeals([dealRow(1, changes)])
      expect([...deals.map(({ id }) => id), ...unreadable]).toEqual(['1'])
      for (const deal of deals)
        for (const text of Object.values(deal.values))
          expect(text).toSatisfy((one) => typeof one === 'string' && one !== '')
    }),
  )
})
