import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../src/activities/deals/read-csv.ts'
import { propertyTable } from '../../src/core/property-table.ts'
import { type LabelTable, tableProblems } from '../../src/core/table-labels.ts'

const example = (name: string) => readFile(new URL(`../../docs/examples/${name}`, import.meta.url))

describe('the examples of tables', () => {
  it('label the towns of eleven counties', async () => {
    const counties = JSON.parse(String(await example('counties.json'))) as LabelTable
    expect(tableProblems('counties', counties)).toEqual([])
    expect(new Set(Object.values(counties)).size).toBe(11)
  })

  it('tell facts of properties, in every row', async () => {
    const read = readCsv(await example('property-facts.csv'))
    if (typeof read === 'string') throw new Error(read)
    expect(read.problems).toEqual([])
    const table = propertyTable(read.header, read.records, {
      file: '',
      address: null,
      city: null,
      deal: null,
      show: null,
    })
    expect(table).toMatchObject({ rows: [{}, {}, {}], labels: ['Gate code', 'HOA', 'Septic'], problems: [] })
  })
})
