import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { propertyTroubles } from '../../src/store/property-files.ts'
import { type Bridge, openBridge } from './bridge.ts'

let bridge: Bridge
let file: string

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'facts-'))
  file = join(folder, 'facts.csv')
  bridge = await openBridge({
    policy: {
      deals: {
        ...DEFAULT_DEALS,
        counties: { Sylva: 'jackson' },
        propertyFacts: { file, address: null, city: null, deal: null, show: null },
      },
    },
  })
  return async () => {
    await bridge[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
})

/** A task in the section of Tom Baker's deal. */
async function filedTask(name: string): Promise<void> {
  const { body: tom } = await bridge.fub.call<{ id: number }>('POST', '/v1/people', { name: 'Tom Baker' })
  await bridge.fub.call('POST', '/v1/deals', { name, stageId: 11, peopleIds: [tom.id] })
  await bridge.addFubTask({ name: 'Call', personId: tom.id })
  await bridge.settle()
}

async function told(): Promise<string[]> {
  const [item] = await bridge.items()
  return (item?.description ?? '').split('\n').filter((line) => /^(Gate|HOA|Pool)/u.test(line))
}

async function sections(): Promise<string[]> {
  const { body } = await bridge.todoist.call<{ results: { name: string }[] }>(
    'GET',
    '/api/v1/sections?limit=200',
  )
  return body.results.map(({ name }) => name)
}

const writes = async () => (await bridge.db`select count(*)::int as n from op`)[0]?.n as number

describe('facts of properties from a table', () => {
  test('stand in the block and in the section’s name, and follow the file', async () => {
    await writeFile(file, 'Address,City,Gate code,HOA\n123 Main Street,Sylva,4711,\n9 Elm St,Boone,1,1\n')
    await filedTask('Baker: 123 Main St')
    expect(await told()).toEqual(['Gate code: 4711'])
    expect(await sections()).toEqual(['Baker: 123 Main St — Sylva'])
    expect((await bridge.items())[0]?.labels).toEqual(['jackson'])
    const before = await writes()
    await writeFile(file, 'Address,City,Gate code,HOA\n123 Main Street,Sylva,4711,\n9 Elm St,Boone,22,1\n')
    await bridge.settle()
    expect(await writes()).toBe(before)
    await writeFile(file, 'Address,Gate code,HOA\n123 Main St,4711,30 a month\n')
    await bridge.settle()
    expect(await told()).toEqual(['Gate code: 4711', 'HOA: 30 a month'])
    expect((await bridge.items())[0]?.labels).toEqual([])
  })

  test('stay as they were read last while the file is away or cannot be read, and that is told', async () => {
    await filedTask('Baker: 123 Main St')
    expect(await troubles()).toEqual(['There is no such file where the worker looks'])
    await writeFile(file, 'Address,Gate code\n123 Main St,4711\n')
    await bridge.settle()
    expect(await told()).toEqual(['Gate code: 4711'])
    expect(await troubles()).toEqual([])
    await writeFile(file, 'Address,Gate code\n"123 Main St,4712\n')
    await bridge.settle()
    expect(await told()).toEqual(['Gate code: 4711'])
    expect(await troubles()).toEqual(['A quote is opened and not closed again, after line 1'])
    await rm(file)
    await bridge.settle()
    expect(await told()).toEqual(['Gate code: 4711'])
    expect(await troubles()).toEqual(['There is no such file where the worker looks'])
    await writeFile(`${file}.new`, 'Address,Gate code\n123 Main St,4712\n')
    await rename(`${file}.new`, file)
    await bridge.settle()
    expect(await told()).toEqual(['Gate code: 4712'])
    expect(await troubles()).toEqual([])
  })

  test('come from all rows but bad ones, which are told by their lines', async () => {
    await writeFile(file, 'Address,Gate code\n1 Oak St\n,5\n123 Main St,4711\n')
    await filedTask('Baker: 123 Main St')
    expect(await told()).toEqual(['Gate code: 4711'])
    expect(await propertyTroubles(bridge.db)).toEqual([
      {
        route: 'main',
        file,
        trouble: null,
        problems: [
          { line: 2, problem: 'it has not as many values as the first line' },
          { line: 3, problem: 'it names neither an address nor a deal' },
        ],
      },
    ])
  })

  test('go when the route names no table any more', async () => {
    await writeFile(file, 'Deal,Gate code\nThe farm,4711\n')
    await filedTask('The farm')
    expect(await told()).toEqual(['Gate code: 4711'])
    await bridge.db`update route set policy = policy #- '{deals,propertyFacts}'`
    await bridge.settle()
    expect(await told()).toEqual([])
  })
})

const troubles = async () => (await propertyTroubles(bridge.db)).map(({ trouble }) => trouble)
