import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gapAfter, StateWriter } from './state-writer.ts'

let folder: string
let file: string
let value: number
let taken: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-state-'))
  file = join(folder, 'deep', 'thing.json')
  value = 0
  taken = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const written = (): unknown => JSON.parse(readFileSync(file, 'utf8'))
const open = (): StateWriter =>
  new StateWriter({
    name: 'Thing',
    file,
    changes: () => value,
    take: (clean) => {
      taken += 1
      return { value, clean }
    },
  })

test('writes soon after a change, many changes at once, and nothing when there was none', async () => {
  const writer = open()
  writer.saveNow()
  expect(written()).toEqual({ value: 0, clean: false })
  writer.look()
  for (value = 1; value < 50; value += 1) writer.look()
  await vi.waitFor(() => expect(written()).toEqual({ value: 50, clean: false }))
  expect(taken).toBe(2)
  await writer.close()
  expect(written()).toEqual({ value: 50, clean: true })
  expect(readdirSync(join(folder, 'deep'))).toEqual(['thing.json'])
})

test('a write under way when it is closed does not replace the last one', async () => {
  const writer = open()
  writer.saveNow()
  value = 1
  writer.look()
  await vi.waitFor(() => expect(taken).toBe(2), { interval: 1 })
  value = 2
  const closed = writer.close()
  expect(written()).toEqual({ value: 2, clean: true })
  await closed
  writer.changed()
  expect(written()).toEqual({ value: 2, clean: true })
  expect(readdirSync(join(folder, 'deep'))).toEqual(['thing.json'])
})

test('says so when the folder cannot be used, at once or while running, and goes on', async () => {
  writeFileSync(join(folder, 'deep'), 'not a folder')
  const writer = open()
  expect(() => writer.saveNow()).toThrow(/cannot be kept in .*thing\.json.*--state/)
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  writer.changed()
  await vi.waitFor(() => expect(said).toHaveBeenCalledWith(expect.stringContaining('cannot be kept')))
  rmSync(join(folder, 'deep'))
  await writer.close()
  said.mockRestore()
  expect(written()).toEqual({ value: 0, clean: true })
})

test('large states are written less often', () => {
  expect(gapAfter(300_000)).toBe(500)
  expect(gapAfter(20_000_000)).toBe(5_000)
})
