import { describe, expect, it } from 'vitest'
import { challengesOf, digestAnswer, digestOf } from './digest.ts'

/** The example of RFC 7616, 3.9.1. */
const OFFER = [
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
]
const ASKED = {
  username: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
}

describe('digest', () => {
  it.each([
    ['SHA-256', OFFER, '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
    ['MD5', OFFER.slice(1), '8ca523f5e9506fed4657c9700eebdbec'],
  ])('answers as the RFC does with %s', (algorithm, offer, response) => {
    const challenge = digestOf(challengesOf(offer))
    if (challenge === null) throw new Error('There is a challenge')
    const answer = digestAnswer(challenge, ASKED)
    expect(answer).toContain(`response="${response}"`)
    expect(answer).toContain(`algorithm=${algorithm}`)
    expect(answer).toContain('nc=00000001')
    expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"')
  })

  it('answers a server of the time before qop (RFC 2617, 3.2.2.1)', () => {
    const challenge = digestOf(challengesOf(['Digest realm="r", nonce="n"']))
    if (challenge === null) throw new Error('There is a challenge')
    const answer = digestAnswer(challenge, { ...ASKED, username: 'u', password: 'p', uri: '/' })
    expect(answer).toContain('response="f23121ca97143c6b358da620220c83b4"')
    expect(answer).not.toContain('qop')
  })

  it('takes several challenges in one header apart, and quoted texts with what is in them', () => {
    const header = 'Basic realm="a, b", Digest realm="say \\"x\\"", nonce="n", algorithm=MD5, stale=TRUE'
    const challenges = challengesOf([header])
    expect(challenges.map(({ scheme }) => scheme)).toEqual(['basic', 'digest'])
    expect(digestOf(challenges)).toMatchObject({ realm: 'say "x"', nonce: 'n', stale: true, qop: false })
  })

  it('has no answer to what it does not know', () => {
    for (const header of [
      'Digest realm="r", nonce="n", algorithm=SHA-512-256',
      'Digest realm="r", nonce="n", qop="auth-int"',
      'Negotiate',
      '(((',
      '',
    ])
      expect(digestOf(challengesOf([header])), header).toBeNull()
  })
})
