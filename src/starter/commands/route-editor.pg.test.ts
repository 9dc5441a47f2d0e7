import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeWorld } from '../../../test/histories/world.ts'
import { decidingIn, type TestDeciding } from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { UserError } from '../../config/errors.ts'
import { allRoutes } from '../../store/routes.ts'
import { withTakenOut } from '../taken-out.ts'
import { editOrOpen } from './route-editor.ts'

let record: TestRecord
let deciding: TestDeciding
let name: string
let folder: string

beforeAll(async () => {
  record = await openTestRecord()
  const world = await makeWorld(record.db, record.clock)
  deciding = decidingIn(world)
  name = (await allRoutes(record.db))[0]?.name ?? ''
  folder = await mkdtemp(join(tmpdir(), 'dealbridge-editor-'))
})
afterAll(() => record[Symbol.asyncDispose]())
beforeEach(() => vi.stubEnv('VISUAL', ''))
afterEach(() => vi.unstubAllEnvs())

/** An editor that does this to the file `$1`. */
async function editor(script: string): Promise<void> {
  const path = join(folder, 'an editor')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  vi.stubEnv('EDITOR', `'${path}' --wait`)
}

const policyNow = async () => (await allRoutes(record.db))[0]?.policy

describe('route edit without a word of what', () => {
  it('changes what was changed in the file', async () => {
    await editor('sed -i "s/^conflicts: .*/conflicts: manual/" "$2"')
    const { outcome, lines } = await editOrOpen(deciding, name, {})
    expect({ outcome, conflicts: (await policyNow())?.conflicts }).toEqual({
      outcome: 0,
      conflicts: 'manual',
    })
    expect(lines[0]).toContain('conflicts manual')
  })

  it('shows with --dry-run what it would be, and changes nothing where nothing was typed', async () => {
    await editor('sed -i "s/^conflicts: .*/conflicts: left/" "$2"')
    await editOrOpen(deciding, name, { dryRun: true })
    await editor(':')
    expect((await editOrOpen(deciding, name, {})).lines).toEqual(['Nothing was changed.'])
    expect((await policyNow())?.conflicts).toBe('manual')
  })

  it('loses nothing that was typed when it is refused, and says in which line', async () => {
    await editor('sed -i "s/^conflicts: .*/conflicts: sometimes/; s/^zone:/zoen:/" "$2"')
    const error = await editOrOpen(deciding, name, {}).catch((one: unknown) => one)
    if (!(error instanceof UserError)) throw error
    expect(error).toMatchObject({ code: 'ROUTE_FILE_WRONG', exitCode: 2 })
    const text = error.hints.join('\n')
    expect(text).toMatch(/line 4: conflicts/u)
    expect(text).toMatch(/nobody knows zoen; do you mean zone\?/u)
    const path = /kept in (\S+):/u.exec(text)?.[1] ?? ''
    expect(await readFile(path, 'utf8')).toContain('conflicts: sometimes')
  })

  it('says so when the editor does not work, or there is none', async () => {
    await editor('exit 3')
    await expect(editOrOpen(deciding, name, {})).rejects.toMatchObject({ code: 'EDITOR_FAILED', exitCode: 1 })
    vi.stubEnv('EDITOR', '')
    await expect(editOrOpen(deciding, name, {})).rejects.toMatchObject({
      code: 'NOTHING_TO_CHANGE',
      exitCode: 2,
    })
  })
})

it('what was taken out of an edited file goes', () => {
  const before = {
    deals: { stages: { '1': 'none', '2': 'create' }, templates: { Closing: null }, labels: { counties: {} } },
  } as const
  expect(withTakenOut(before, { deals: { stages: { Offer: 'none', '2': 'create' } } })).toEqual({
    deals: {
      stages: { '1': 'default', Offer: 'none', '2': 'create' },
      templates: { Closing: null },
      labels: { counties: null },
    },
  })
  expect(withTakenOut(before, { deals: null })).toEqual({ deals: null })
})
