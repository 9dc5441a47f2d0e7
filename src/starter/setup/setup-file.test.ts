import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secretsOf } from './secrets.ts'
import { NOTHING_SAID, setupFileSaid } from './setup-file.ts'

function refused(content: string): readonly string[] {
  try {
    setupFileSaid(content, 'setup.yaml')
  } catch (error) {
    return (error as { hints: readonly string[] }).hints
  }
  return []
}

describe('the file of a set-up', () => {
  it('may be empty: all is as it is proposed then', () => {
    expect(setupFileSaid('', 'setup.yaml')).toEqual(NOTHING_SAID)
  })

  it('says which accounts, and what a route’s file says', () => {
    const content = `
name: office
left: crm
right: {provider: todoist, url: http://127.0.0.1:4102, credentials: {token: {env: TOKEN}}, poll: 5, webhooks: true}
makeLabels: false
firstSync: {dueSince: 30}
stages: {Offer: none}
`
    expect(setupFileSaid(content, 'setup.yaml')).toEqual({
      name: 'office',
      left: 'crm',
      right: {
        provider: 'todoist',
        url: 'http://127.0.0.1:4102',
        credentials: { token: { env: 'TOKEN' } },
        poll: 5,
        webhooks: true,
      },
      makeLabels: false,
      change: {
        deletes: {},
        firstSync: { kind: 'dueSince', days: 30 },
        deals: { stages: { Offer: 'none' } },
      },
    })
  })

  it.each([
    ['open', { kind: 'open' }],
    ['none', { kind: 'none' }],
    ['dueSince:7', { kind: 'dueSince', days: 7 }],
  ])('firstSync may be %s', (text, rule) => {
    expect(setupFileSaid(`firstSync: "${text}"`, 'setup.yaml').change?.firstSync).toEqual(rule)
  })

  it('quotes no value that it takes for an alias', () => {
    const hints = refused('left:\n  provider: todoist\n  credentials: {token: *shh}\n')
    expect(hints).toEqual(['setup.yaml, line 3: a value that begins with * goes in quotes'])
  })

  it('tells the line of what is not understood', () => {
    expect(refused('name: x\nfirstSync: all\n')).toEqual([
      'setup.yaml, line 2: firstSync: is open, none, or dueSince:<days>',
    ])
    expect(refused('\nleft: {provider: x, pasword: y}\n')).toEqual([
      'setup.yaml, line 2: nobody knows left.pasword',
    ])
    expect(refused('right: 5\n')).toEqual([
      expect.stringMatching(/^setup\.yaml, line 1: right: is the name of a connection, or an account/u),
    ])
    expect(refused('lefft: crm\n')).toEqual(['setup.yaml, line 1: nobody knows lefft; do you mean left?'])
    expect(refused('firstSync: {dueSince: 9999}\n')).toHaveLength(1)
  })
})

describe('a secret', () => {
  it('is where the file says: in the environment, in a file, or there', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'dealbridge-test-')), 'token')
    writeFileSync(file, 'from a file\n')
    const said = { a: { env: 'A' }, b: { file }, c: 'as it is' }
    expect(await secretsOf(said, { A: 'from the environment' })).toEqual({
      a: 'from the environment',
      b: 'from a file',
      c: 'as it is',
    })
  })

  it('that is not there is told by where it was to be, and nothing is told of others', async () => {
    await expect(secretsOf({ good: 'a secret', apiKey: { env: 'KEY' } }, {})).rejects.toMatchObject({
      message: 'There is no apiKey: KEY is not set in the environment.',
      exitCode: 2,
    })
    await expect(secretsOf({ apiKey: { file: '/nowhere/key' } }, {})).rejects.toThrow(/no such file/iu)
  })
})
