import { expect, test } from 'vitest'
import { askingDeps } from '../../src/activities/manage/managing.ts'
import { preview } from '../../src/activities/preview.ts'
import { entryJson } from '../../src/activities/shown/log-entry.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import * as checklists from '../../src/starter/commands/checklists.ts'
import * as conflicts from '../../src/starter/commands/conflicts.ts'
import * as connect from '../../src/starter/commands/connect.ts'
import { fields } from '../../src/starter/commands/deal-fields.ts'
import { labels } from '../../src/starter/commands/deal-labels.ts'
import * as deals from '../../src/starter/commands/deals.ts'
import { explain } from '../../src/starter/commands/explain.ts'
import { readLog } from '../../src/starter/commands/log.ts'
import * as map from '../../src/starter/commands/map.ts'
import { override } from '../../src/starter/commands/override.ts'
import * as route from '../../src/starter/commands/route.ts'
import * as admin from '../../src/starter/commands/route-admin.ts'
import { edit as editRoute } from '../../src/starter/commands/route-edit.ts'
import { undo } from '../../src/starter/commands/undo.ts'
import * as lists from '../../src/starter/local/lists.ts'
import { list as listTasks } from '../../src/starter/local/task-list.ts'
import * as tasks from '../../src/starter/local/task-writes.ts'
import { readStatus } from '../../src/starter/status-report.ts'
import { syncReport } from '../../src/starter/sync-report.ts'
import { answered, holds } from '../starter/documents.ts'
import { openAccounts } from './accounts.ts'
import { openBridge } from './bridge.ts'
import { deskAt } from './deal-office.ts'

test('what commands about connections, routes, mappings and own tasks print', async () => {
  await using accounts = await openAccounts()
  const { deciding } = accounts
  await answered('connect add', accounts.connect('work'))
  await accounts.connect('home')
  await answered('connect list', connect.list(deciding))
  await answered('connect lists', connect.lists(deciding, 'work'))
  await answered('connect edit', connect.edit(deciding, 'work', { poll: 20 }))
  await answered('connect pause', connect.pause(deciding, 'work'))
  await answered('connect retry', connect.retry(deciding, 'work'))
  await answered('connect remove', connect.remove(deciding, 'work', { dryRun: true }))
  await answered('connect remove', connect.remove(deciding, 'work', { dryRun: true, clean: true }))
  await answered('route add', admin.add(deciding, { name: 'lists', left: 'work', right: 'home' }, {}))
  await accounts.newList('work', 'Offers')
  const [left, right] = ['Offers', 'Inbox']
  await answered(
    'map add',
    map.add(deciding, { route: 'lists', left }, { direction: 'both', create: true, dryRun: true }),
  )
  const mapped = await map.add(deciding, { route: 'lists', left, right }, { direction: 'both' })
  await answered('map add', mapped)
  const { mapping } = mapped.json as { mapping: string }
  await answered('map list', map.list(deciding))
  await answered('map edit', map.edit(deciding, mapping, { direction: 'toLeft' }))
  await answered('map remove', map.remove(deciding, mapping, { dryRun: true }))
  await answered('route start', admin.start(deciding, 'lists', { yes: true }))
  await answered('route remove', admin.remove(deciding, 'lists', { dryRun: true }))

  const added = await tasks.add(deciding, 'Call Dana', {})
  await answered('tasks add', added)
  const [{ id = '' } = {}] = (added.json as { tasks: { id: string }[] }).tasks
  await answered('tasks edit', tasks.edit(deciding, id, { title: 'Call Tom' } as never))
  for (const doing of ['done', 'reopen', 'archive', 'rm', 'restore'] as const)
    await answered(`tasks ${doing}`, tasks.act(deciding, doing, [id], {}))
  await answered('tasks list', listTasks(deciding, {}))
  await answered('tasks rm', tasks.purge(deciding, [id], {}))
  await answered('tasks lists add', lists.addNamed(deciding, 'Errands', {}))
  await answered('tasks lists show', lists.showLists(deciding, {}))
  await answered('tasks lists rename', lists.rename(deciding, 'Errands', 'Work', {}))
  await answered('tasks lists rm', lists.remove(deciding, 'Work', {}))
  await answered('tasks lists restore', lists.restore(deciding, 'Work', {}))
})

test('what commands about tasks and deals print', async () => {
  await using bridge = await openBridge({ policy: { deals: DEFAULT_DEALS, conflicts: 'manual' } })
  const desk = deskAt(bridge)
  const { deciding } = desk
  const tom = await desk.person('Tom Baker')
  const deal = await desk.deal('Baker: 123 Main St', 11, [tom])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  const found = await readLog(deciding, {})
  for (const entry of found) holds('log', entryJson(entry))
  const op = found.find((entry) => 'pairId' in entry)
  const pair = op !== undefined && 'pairId' in op ? op.pairId : ''
  const status = await readStatus(bridge.db)
  holds('status', status)
  const begun = { since: '2026-01-01T00:00:00.000000Z', requests: [], at: performance.now() }
  holds('sync-once', await syncReport(bridge.db, status, begun))
  await answered('explain', explain(deciding, pair))
  await answered('conflicts', conflicts.list(deciding, { all: true }))
  await answered('override', override(deciding, pair, 'title', { dryRun: true }))
  await answered('undo', undo(deciding, [op?.id ?? ''], { dryRun: true }))
  await answered('deals list', deals.list(deciding, {}))
  await answered('deals link', deals.link(deciding, pair, deal, { dryRun: true }))
  await answered('deals unlink', deals.link(deciding, pair, null, { dryRun: true }))
  await answered('deals fields', fields(deciding, 'main', {}))
  await answered('deals labels', labels(deciding, 'main', {}))
  await answered('deals checklists', checklists.checklists(deciding, 'main'))
  await answered('route list', route.list(deciding))
  await answered('route edit', editRoute(deciding, 'main', { zone: 'Europe/Berlin', dryRun: true }))
  await answered('route pause', route.pause(deciding, 'main', {}))
  await answered('route resume', route.resume(deciding, 'main', {}))
  await bridge.addFubTask({ name: 'Text', personId: tom })
  await bridge.pullFresh()
  const planned = await preview(await askingDeps(deciding))
  expect(planned.writes).not.toEqual([])
  holds('plan', { ...planned, outOfScope: planned.outOfScope.left + planned.outOfScope.right })
})
