import { expect, it } from 'vitest'
import { workflowIds } from '../../config/temporal-names.ts'
import { PUSH, scopeOf, syncName } from './sync-names.ts'

it.each([PUSH, { connectionId: '4' }, { routeId: '4' }, { mappingId: '4' }])(
  'what a sync is about is known by its workflow id: %j',
  (scope) => {
    expect(scopeOf(workflowIds.sync(syncName(scope)))).toEqual(scope)
  },
)

it.each(['sync/', 'sync/other', 'sync/route/', 'sync/route/x', 'task/7'])('%s is none of the API', (id) => {
  expect(scopeOf(id)).toBeUndefined()
})
