import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { outliveReaders } from './output.ts'

it('goes on when nobody reads any more, and throws what else is wrong', () => {
  const stream = new EventEmitter() as unknown as NodeJS.WriteStream
  outliveReaders([stream])
  const failed = (code: string) => stream.emit('error', Object.assign(new Error(code), { code }))
  expect(failed('EPIPE')).toBe(true)
  expect(() => failed('ENOSPC')).toThrow('ENOSPC')
})
