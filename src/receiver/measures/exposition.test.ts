import { expect, it } from 'vitest'
import { exposition } from './exposition.ts'

it('writes series as Prometheus reads them: buckets rise, and signs in names are escaped', () => {
  const text = exposition([
    { name: 'a_total', help: 'All.', type: 'counter', samples: [{ labels: {}, value: 2 }] },
    { name: 'b', help: 'Odd.', type: 'gauge', samples: [{ labels: { route: 'a"b\\c\nd' }, value: 0.5 }] },
    {
      name: 'c_seconds',
      help: 'Long.',
      type: 'histogram',
      bounds: [0.5, 1],
      samples: [{ labels: { x: 'y' }, counts: [1, 0, 2], sum: 7.5 }],
    },
    { name: 'd', help: 'None.', type: 'gauge', samples: [] },
  ])
  expect(text).toBe(
    [
      '# HELP a_total All.',
      '# TYPE a_total counter',
      'a_total 2',
      '# HELP b Odd.',
      '# TYPE b gauge',
      'b{route="a\\"b\\\\c\\nd"} 0.5',
      '# HELP c_seconds Long.',
      '# TYPE c_seconds histogram',
      'c_seconds_bucket{x="y",le="0.5"} 1',
      'c_seconds_bucket{x="y",le="1"} 1',
      'c_seconds_bucket{x="y",le="+Inf"} 3',
      'c_seconds_sum{x="y"} 7.5',
      'c_seconds_count{x="y"} 3',
      '# HELP d None.',
      '# TYPE d gauge',
      '',
    ].join('\n'),
  )
})
