import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seal, unseal } from './seal.ts'

const SECRET = 'one secret'

describe('a sealed text', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, secret) => {
        expect(unseal(seal(plain, secret), secret)).toBe(plain)
      }),
      { numRuns: 50 },
    )
  })

  it('looks different every time and tells nothing of the text', () => {
    const sealed = seal('fka_12345', SECRET)
    expect(seal('fka_12345', SECRET)).not.toBe(sealed)
    expect(sealed).toMatch(/^v1\.[\w-]+\.[\w-]+\.[\w-]+$/u)
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('fka')
  })

  it('cannot be opened with another secret', () => {
    const sealed = seal('fka_12345', SECRET)
    for (const secret of ['', 'one secret ', 'One secret'])
      expect(() => unseal(sealed, secret)).toThrow(Error)
  })

  it('that was changed anywhere cannot be opened', () => {
    const [version, ...parts] = seal('a longer text', SECRET).split('.')
    for (const at of parts.keys()) {
      for (const change of [flip, () => '']) {
        const changed = parts.map((part, n) => (n === at ? change(part) : part))
        expect(() => unseal([version, ...changed].join('.'), SECRET)).toThrow(Error)
      }
    }
  })

  it.each(['', 'plain text', 'v1', 'v1.a.b', 'v2.a.b.c'])('is not %j', (text) => {
    expect(() => unseal(text, SECRET)).toThrow('sealed credentials have an unknown form')
  })
})

function flip(part: string): string {
  const bytes = Buffer.from(part, 'base64url')
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
  return bytes.toString('base64url')
}
