import { describe, expect, it } from 'vitest'
import { type PropertyFactsPolicy, propertyTable } from './property-table.ts'

const POLICY: PropertyFactsPolicy = { file: 'facts.csv', address: null, city: null, deal: null, show: null }

const table = (lines: readonly (readonly string[])[], policy: Partial<PropertyFactsPolicy> = {}) => {
  const [header = [], ...rest] = lines
  const records = rest.map((values, at) => ({ line: at + 2, values }))
  return propertyTable(header, records, { ...POLICY, ...policy })
}

const HEADER = ['Street', 'City', 'Deal name', 'Gate code', 'HOA']

describe('a table of properties', () => {
  it('is read by the names that its columns usually have', () => {
    expect(table([HEADER, ['1 Elm St', 'Sylva', 'Baker', '4711', ' ']])).toEqual({
      rows: [
        {
          address: '1 Elm St',
          city: 'Sylva',
          deal: 'Baker',
          facts: [{ label: 'Gate code', value: '4711' }],
        },
      ],
      labels: ['Gate code', 'HOA'],
      problems: [],
    })
  })

  it('is read by the columns that the route names, and tells those that it chooses', () => {
    const lines = [
      ['Where', 'Gate code', 'HOA'],
      ['1 Elm St', '4711', '30'],
    ]
    expect(table(lines, { address: 'where', show: ['HOA', 'Gate code'] })).toEqual({
      rows: [
        {
          address: '1 Elm St',
          city: null,
          deal: null,
          facts: [
            { label: 'HOA', value: '30' },
            { label: 'Gate code', value: '4711' },
          ],
        },
      ],
      labels: ['HOA', 'Gate code'],
      problems: [],
    })
  })

  it('goes without rows that name nothing, or what another one names', () => {
    const read = table([
      HEADER,
      ['', 'Sylva', ' ', '1', ''],
      ['1 Elm St', 'Sylva', '', '2', ''],
      ['1 ELM St', 'sylva', '', '3', ''],
    ])
    expect(read).toMatchObject({
      rows: [{ facts: [{ value: '2' }] }],
      problems: [
        { line: 2, problem: 'it names neither an address nor a deal' },
        { line: 4, problem: 'it is about the same property as line 3' },
      ],
    })
  })

  it.each([
    [[['Gate code']], {}, 'It has no column for the address, and none for the name of the deal'],
    [[HEADER], { address: 'Where' }, 'It has no column “Where”'],
    [[HEADER], { show: ['Pool'] }, 'It has no column “Pool”'],
    [[['Street', 'Gate', 'gate ']], {}, 'It has two columns “gate”'],
  ])('cannot be used with %j and %j', (lines, policy, words) => {
    expect(table(lines, policy)).toContain(words)
  })
})
