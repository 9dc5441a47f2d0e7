import { expect, test } from 'vitest'
import { askingDeps } from '../../src/activities/manage/managing.ts'
import { preview } from '../../src/activities/preview.ts'
import { entryJson } from '../../src/activities/shown/log-entry.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import type { Answer } from '../../src/starter/answer.ts'
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
import { DOCUMENTS } from '../../src/starter/documents/index.ts'
import * as lists from '../../src/starter/local/lists.ts'
import { list as listTasks } from '../../src/starter/local/task-list.ts'
import * as tasks from '../../src/starter/local/task-writes.ts'
import { readStatus } from '../../src/starter/status-report.ts'
import { syncReport } from '../../src/starter/sync-report.ts'
import { openAccounts } from './accounts.ts'
import { openBridge } from './bridge.ts'
import { deskAt } from './deal-office.ts'

/** What the command printed, as whoever reads JSON gets it, is what docs/json.md says. */
function holds(command: string, json: unknown): void {
  const found = DOCUMENTS[command]?.safeParse(JSON.parse(JSON.stringify(json)))
  expect(
    found?.error?.issues ?? (found?.success === true ? [] : ['there is no such document']),
    command,
  ).toEqual([])
}
const answers = async (command: string, answer: Promise<Answer> | Answer) =>
  holds(command, (await answer).json)

test('what commands about connections, routes, mappings and own tasks print', async () => {
  await using accounts = await openAccounts()
  const { deciding } = accounts
  await answers('connect add', accounts.connect('work'))
  await accounts.connect('home')
  await answers('connect list', connect.list(deciding))
  await answers('connect lists', connect.lists(deciding, 'work'))
  await answers('connect edit', connect.edit(deciding, 'work', { poll: 20 }))
  await answers('connect pause', connect.pause(deciding, 'work'))
  await answers('connect retry', connect.retry(deciding, 'work'))
  await answers('connect remove', connect.remove(deciding, 'work', { dryRun: true }))
  await answers('connect remove', connect.remove(deciding, 'work', { dryRun: true, clean: true }))
  await answers('route add', admin.add(deciding, { name: 'lists', left: 'work', right: 'home' }, {}))
  await accounts.newList('work', 'Offers')
  const [left, right] = ['Offers', 'Inbox']
  await answers(
    'map add',
    map.add(deciding, { route: 'lists', left }, { direction: 'both', create: true, dryRun: true }),
  )
  const mapped = await map.add(deciding, { route: 'lists', left, right }, { direction: 'both' })
  await answers('map add', mapped)
  const { mapping } = mapped.json as { mapping: string }
  await answers('map list', map.list(deciding))
  await answers('map edit', map.edit(deciding, mapping, { direction: 'toLeft' }))
  await answers('map remove', map.remove(deciding, mapping, { dryRun: true }))
  await answers('route start', admin.start(deciding, 'lists', { yes: true }))
  await answers('route remove', admin.remove(deciding, 'lists', { dryRun: true }))

  const added = await tasks.add(deciding, 'Call Dana', {})
  await answers('tasks add', added)
  const [{ id = '' } = {}] = (added.json as { tasks: { id: string }[] }).tasks
  await answers('tasks edit', tasks.edit(deciding, id, { title: 'Call Tom' } as never))
  for (const doing of ['done', 'reopen', 'archive', 'rm', 'restore'] as const)
    await answers(`tasks ${doing}`, tasks.act(deciding, doing, [id], {}))
  await answers('tasks list', listTasks(deciding, {}))
  await answers('tasks rm', tasks.purge(deciding, [id], {}))
  await answers('tasks lists add', lists.addNamed(deciding, 'Errands', {}))
  await answers('tasks lists show', lists.showLists(deciding, {}))
  await answers('tasks lists rename', lists.rename(deciding, 'Errands', 'Work', {}))
  await answers('tasks lists rm', lists.remove(deciding, 'Work', {}))
  await answers('tasks lists restore', lists.restore(deciding, 'Work', {}))
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
  await answers('explain', explain(deciding, pair))
  await answers('conflicts', conflicts.list(deciding, { all: true }))
  await answers('override', override(deciding, pair, 'title', { dryRun: true }))
  await answers('undo', undo(deciding, [op?.id ?? ''], { dryRun: true }))
  await answers('deals list', deals.list(deciding, {}))
  await answers('deals link', deals.link(deciding, pair, deal, { dryRun: true }))
  await answers('deals unlink', deals.link(deciding, pair, null, { dryRun: true }))
  await answers('deals fields', fields(deciding, 'main', {}))
  await answers('deals labels', labels(deciding, 'main', {}))
  await answers('deals checklists', checklists.checklists(deciding, 'main'))
  await answers('route list', route.list(deciding))
  await answers('route edit', editRoute(deciding, 'main', { zone: 'Europe/Berlin', dryRun: true }))
  await answers('route pause', route.pause(deciding, 'main', {}))
  await answers('route resume', route.resume(deciding, 'main', {}))
  await bridge.addFubTask({ name: 'Text', personId: tom })
  await bridge.pullFresh()
  const planned = await preview(await askingDeps(deciding))
  expect(planned.writes).not.toEqual([])
  holds('plan', { ...planned, outOfScope: planned.outOfScope.left + planned.outOfScope.right })
})
