import { describe, expect, it } from 'vitest'
import { missing, multistatus, row } from '../../../test/caldav/canned-server.ts'
import { parseMultistatus } from './multistatus.ts'

const good = row('/home/tasks/a.ics', '<d:getetag>"A"</d:getetag>')

describe('a multistatus', () => {
  it('tells of each resource what it has, and what is not to be had', () => {
    const refused =
      '<d:response><d:href>/home/tasks/b.ics</d:href><d:propstat><d:prop><c:calendar-data/></d:prop><d:status>HTTP/1.1 403 Forbidden</d:status></d:propstat></d:response>'
    const told = parseMultistatus(multistatus(good, refused, missing('/home/tasks/c.ics')))
    const rows = told?.responses.map(({ path, status, props, refused: no }) => [path, status, props.size, no])
    expect(rows).toEqual([
      ['/home/tasks/a.ics', null, 1, []],
      ['/home/tasks/b.ics', null, 0, [403]],
      ['/home/tasks/c.ics', 404, 0, []],
    ])
  })

  it('may say one status of several resources', () => {
    const both =
      '<d:response><d:href>/a</d:href><d:href>/b</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>'
    const told = parseMultistatus(multistatus(both))
    expect(told?.responses.map(({ path, status }) => [path, status])).toEqual([
      ['/a', 404],
      ['/b', 404],
    ])
  })

  it.each([
    ['that is cut short', multistatus(good).slice(0, -20)],
    ['of another kind', '<html><body>Sign in</body></html>'],
    ['with a row of nothing', multistatus(good, '<d:response/>')],
    ['with a row of no address', multistatus(good, missing('http://['))],
    ['with a status that is none', multistatus(good, missing('/home/tasks/b.ics', 'gone'))],
    [
      'with properties of no status',
      multistatus(good, '<d:response><d:href>/b</d:href><d:propstat><d:prop/></d:propstat></d:response>'),
    ],
  ])('%s tells nothing, of no resource', (_what, body) => {
    expect(parseMultistatus(body)).toBeNull()
  })
})
