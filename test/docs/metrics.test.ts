import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { familiesOf } from '../../src/receiver/measures/families.ts'

const panel = z.object({
  id: z.number(),
  title: z.string(),
  type: z.enum(['row', 'stat', 'timeseries']),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.object({ expr: z.string() })).optional(),
})
const dashboard = z.object({
  uid: z.string(),
  templating: z.object({ list: z.array(z.object({ query: z.unknown() })) }),
  panels: z.array(panel),
})

const FAMILIES = familiesOf(
  {
    record: {
      now: '2026-11-26T10:00:00.000000Z',
      ops: [],
      routes: [],
      connections: [],
      quotas: [],
      cursors: [],
      deliveries: [],
    },
    backlogs: [],
  },
  { refusedDeliveries: {}, refusedLogins: 0 },
)
/** As queries call them: a histogram by its parts. */
const SERVED = new Set(
  FAMILIES.flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
)

const read = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const namesIn = (text: string) =>
  [...text.matchAll(/\b(?:dealbridge|process|nodejs)_[a-z_]+\b/gu)].map(([name]) => name)

it('every metric that the dashboard asks for is served', async () => {
  const { panels, templating } = dashboard.parse(JSON.parse(await read('grafana/dealbridge.json')))
  const asked = panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => namesIn(expr)))
  const chosen = namesIn(JSON.stringify(templating))
  expect(new Set([...asked, ...chosen]).size).toBeGreaterThan(12)
  expect([...asked, ...chosen].filter((name) => !SERVED.has(name))).toEqual([])
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
})

it('the page tells of every metric that is served, with its type, and asks in its examples for no other', async () => {
  const page = await read('metrics.md')
  const told = [...page.matchAll(/^\| `([a-z_]+)` \| (\w+) \|/gmu)].map(([, name, type]) => `${name} ${type}`)
  expect(told.sort()).toEqual(FAMILIES.map(({ name, type }) => `${name} ${type}`).sort())
  const examples = page.split('\n').filter((line) => line.includes('expr:'))
  expect(examples.length).toBeGreaterThan(4)
  expect(examples.flatMap(namesIn).filter((name) => !SERVED.has(name))).toEqual([])
})
