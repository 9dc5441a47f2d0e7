import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { createLog } from './log.ts'

it('blanks out secrets, also inside of objects', () => {
  let text = ''
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const log = createLog({ level: 'info', format: 'json', role: 'worker', destination })
  log.info({ token: 's1', headers: { authorization: 's2' }, a: { b: { apiKey: 's3' } }, deal: 5501 }, 'sent')
  log.debug('not at this level')
  expect(text).not.toMatch(/s1|s2|s3/)
  expect(JSON.parse(text)).toMatchObject({ role: 'worker', msg: 'sent', deal: 5501, token: '[redacted]' })
})
