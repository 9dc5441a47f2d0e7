import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linkedTask } from '../../../test/starter/deciding.ts'
import { openTestRecord, SECRET, type TestRecord } from '../../../test/store/record.ts'
import { allConnections, openCredentials } from '../../store/connections.ts'
import { seal } from '../../store/seal.ts'
import { toFile } from '../commands/export.ts'
import { EXPORTED, LEFT_OUT } from './tables.ts'
import { writeExport } from './write-export.ts'

let record: TestRecord
let linked: Awaited<ReturnType<typeof linkedTask>>
const { signal } = new AbortController()
const given = { program: '1.2.3', signal }

beforeAll(async () => {
  record = await openTestRecord()
  linked = await linkedTask(record)
})
afterAll(() => record[Symbol.asyncDispose]())

type Line = Readonly<Record<string, unknown>> & { readonly kind: string }

async function exported(): Promise<Line[]> {
  const out = new PassThrough()
  const read = text(out)
  await writeExport(record.db, out, given)
  out.end()
  return (await read)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

describe('an export', () => {
  it('begins with what it is, and ends with how much there was', async () => {
    const lines = await exported()
    expect(lines[0]).toMatchObject({
      kind: 'export',
      form: 1,
      program: '1.2.3',
      at: expect.stringMatching(/^2026-/u),
    })
    const counts = lines.at(-1)?.counts as Record<string, number>
    const kinds = lines.slice(1, -1).map(({ kind }) => kind)
    for (const [kind, count] of Object.entries(counts))
      expect(kinds.filter((one) => one === kind)).toHaveLength(count)
  })

  it('holds connections, the route as a file, and the pair with both sides as last seen and its base', async () => {
    const lines = await exported()
    const of = (kind: string) => lines.filter((line) => line.kind === kind)
    expect(of('connection')).toHaveLength(2)
    expect(of('route')).toMatchObject([
      { leftId: linked.world.leftId, file: expect.stringContaining('direction: both') },
    ])
    const [pair] = of('pair')
    expect(pair).toMatchObject({
      id: linked.pair,
      memory: 'linked',
      base: { left: { title: 'One' }, right: { title: 'One' } },
    })
    expect(pair?.sides).toMatchObject([
      { side: 'left', remoteId: linked.leftId, seen: { task: { title: 'One' } } },
      { side: 'right', remoteId: linked.rightId, seen: { task: { title: 'One' } } },
    ])
    expect(of('op')).toMatchObject([
      { verb: 'create', before: null, after: { title: 'One' }, status: 'confirmed' },
    ])
  })

  it('holds no credential, whether open or sealed', async () => {
    await record.db`update connection set credentials = ${seal('{"apiKey":"a key that nobody may see"}', SECRET)}`
    const all = JSON.stringify(await exported())
    const secrets = (await allConnections(record.db)).flatMap((row) => [
      row.credentials,
      ...Object.values(openCredentials(row, SECRET)),
    ])
    expect(secrets.length).toBeGreaterThan(2)
    for (const secret of secrets) expect(all).not.toContain(secret)
  })

  it('says of every column of the record that it is written, or that it is not', async () => {
    const columns = await record.db<{ table: string; column: string }[]>`
      select table_name as table, column_name as column from information_schema.columns
      join information_schema.tables using (table_schema, table_name)
      where table_schema = 'dealbridge' and table_type = 'BASE TABLE' and table_name <> 'test_clock'`
    const written = new Map(EXPORTED.map(({ table, columns: names }) => [table, names.split(' ')]))
    const unsaid = columns.filter(({ table, column }) => {
      const left = LEFT_OUT[table]?.split(' ') ?? []
      return !(left.includes('*') || left.includes(column) || written.get(table)?.includes(column))
    })
    expect(unsaid, 'say of these in export/tables.ts whether they are exported').toEqual([])
  })

  it('is of one moment, and waits for its reader: what comes meanwhile is not in it', async () => {
    await record.db`
      insert into list_name (connection_id, remote_id, name)
      select ${linked.world.leftId}, n::text, 'List ' || n from generate_series(1, 3000) n`
    let [most, lists] = [0, 0]
    const slow = new Writable({
      highWaterMark: 1_000,
      write(chunk: Buffer, _encoding, done) {
        read(JSON.parse(chunk.toString()) as Line).then(() => done(), done)
      },
    })
    const read = async (line: Line) => {
      // Somebody calls them otherwise when the first line is out.
      if (line.kind === 'export') await record.db`update list_name set name = 'Changed meanwhile'`
      if (line.kind === 'list-name') {
        lists += 1
        expect(line.name).toMatch(/^List \d+$/u)
      }
      most = Math.max(most, slow.writableLength)
    }
    await writeExport(record.db, slow, given)
    expect(lists).toBe(3_000)
    // No more than the mark and the line that went over it.
    expect(most).toBeLessThan(20_000)
  })

  it('goes into a file of its owner alone, whole or not at all, and over nothing that is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dealbridge-export-'))
    const path = join(folder, 'all.jsonl')
    await toFile(record.db, path, signal)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(JSON.parse((await readFile(path, 'utf8')).trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      kind: 'end',
    })
    await expect(toFile(record.db, path, signal)).rejects.toMatchObject({ code: 'FILE_EXISTS', exitCode: 2 })
    await expect(toFile(record.db, join(folder, 'off.jsonl'), AbortSignal.abort())).rejects.toMatchObject({
      exitCode: 1,
    })
    await expect(toFile(record.db, join(folder, 'none', 'all.jsonl'), signal)).rejects.toMatchObject({
      exitCode: 1,
    })
    expect(await readdir(folder)).toEqual(['all.jsonl'])
  })
})
