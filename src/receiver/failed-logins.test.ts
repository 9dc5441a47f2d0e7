import { expect, it } from 'vitest'
import { FailedLogins } from './failed-logins.ts'

function logins() {
  const clock = { seconds: 0 }
  return { clock, failed: new FailedLogins(() => clock.seconds) }
}

const times = (count: number, work: (n: number) => number | null) =>
  Array.from({ length: count }, (_, n) => work(n))

it('after ten wrong tokens an address is told to wait, and after that time it may try once more', () => {
  const { clock, failed } = logins()
  expect(times(10, () => failed.note('192.0.2.1'))).toEqual(Array(10).fill(null))
  expect(failed.note('192.0.2.1')).toBe(30)
  clock.seconds += 20
  expect(failed.note('192.0.2.1')).toBe(10)
  clock.seconds += 10
  expect([failed.note('192.0.2.1'), failed.note('192.0.2.1')]).toEqual([null, 30])
  expect(failed.note('192.0.2.2')).toBe(null)
  expect(failed.count).toBe(15)
})

it('one network of IPv6 is one address, however many it has', () => {
  const { failed } = logins()
  const from = (n: number) => `2001:db8:1:2::${n.toString(16)}`
  expect(times(11, (n) => failed.note(from(n))).at(-1)).toBe(30)
  expect(failed.note('2001:db8:1:3::1')).toBe(null)
  expect(failed.note('2001:db8::1')).toBe(null)
})

it('of all addresses together a hundred come through, then one a second', () => {
  const { clock, failed } = logins()
  const from = (n: number) => failed.note(`192.0.2.${n}`)
  expect(times(100, from)).toEqual(Array(100).fill(null))
  expect(from(101)).toBe(1)
  clock.seconds += 1
  expect([from(102), from(103)]).toEqual([null, 1])
})

it('remembers so many addresses, and no more', () => {
  const { clock, failed } = logins()
  times(10, () => failed.note('192.0.2.1'))
  for (let n = 0; n < 1_000; n += 1) {
    clock.seconds += 0.01
    failed.note(`198.51.${Math.floor(n / 256)}.${n % 256}`)
  }
  clock.seconds += 10
  expect(failed.note('192.0.2.1')).toBe(null)
})
