import { describe, expect, it } from 'vitest'
import { propertyLines, withProperties } from './property-lines.ts'

const row = (line: number) => ({ line, problem: 'it names neither an address nor a deal' })

describe('what is wrong with a table of properties', () => {
  it('is told with its route, and no other', () => {
    const report = { settled: true, routes: [{ route: 'main' }, { route: 'more' }] }
    const trouble = { file: 'facts.csv', trouble: 'It is empty', problems: [] }
    expect(withProperties(report, [{ route: 'more', ...trouble }])).toEqual({
      settled: true,
      routes: [{ route: 'main' }, { route: 'more', propertyFacts: trouble }],
    })
  })

  it.each([
    [undefined, []],
    [
      { file: 'facts.csv', trouble: 'It is empty', problems: [row(2)] },
      ['    facts of properties, facts.csv: It is empty. What was read before stays.'],
    ],
    [
      { file: 'facts.csv', trouble: null, problems: [row(3)] },
      [
        '    facts of properties, facts.csv: 1 row is not used',
        '      line 3: it names neither an address nor a deal',
      ],
    ],
  ])('of %j is %j', (found, lines) => {
    expect(propertyLines(found)).toEqual(lines)
  })

  it('is told row by row as far as that helps', () => {
    const problems = [2, 3, 4, 5, 6, 7, 8].map(row)
    const lines = propertyLines({ file: 'facts.csv', trouble: null, problems })
    expect(lines).toHaveLength(7)
    expect(lines.at(-1)).toBe('      and 2 more')
  })
})
