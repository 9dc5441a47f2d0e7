import { z } from 'zod'
import { list, task } from '../../receiver/api/schemas.ts'
import * as reads from './reads.ts'
import * as writes from './writes.ts'

const tasks = z.strictObject({ tasks: z.array(task) })
const gone = z.union([tasks, z.strictObject({ purged: z.array(z.uuid()) }).describe('With `--hard`.')])
const lists = z.strictObject({ lists: z.array(list) })

/** What `--json` prints, by command. docs/json.md is written from it. */
export const DOCUMENTS: Readonly<Record<string, z.ZodType>> = {
  status: reads.status,
  'sync-once': reads.syncOnce,
  plan: reads.plan,
  explain: reads.explain,
  conflicts: reads.conflicts,
  'conflicts resolve': writes.resolved,
  log: reads.log,
  override: writes.overridden,
  relink: writes.relinked,
  undo: writes.undone,
  'route list': reads.routeList,
  'route add': writes.routeAdded,
  'route start': writes.routeStarted,
  'route edit': writes.routeEdited,
  'route pause': writes.routeChanged,
  'route resume': writes.routeChanged,
  'route remove': writes.routeRemoved,
  'map list': reads.mapList,
  'map add': writes.mapAdded,
  'map edit': writes.mapEdited,
  'map remove': writes.mapRemoved,
  'connect list': reads.connectList,
  'connect add': writes.connected,
  'connect edit': writes.connectionEdited,
  'connect lists': reads.connectLists,
  'connect pause': writes.connectionPaused,
  'connect retry': writes.connectionRetried,
  'connect remove': writes.connectionRemoved,
  'deals list': reads.dealsList,
  'deals link': writes.dealLinked,
  'deals unlink': writes.dealLinked,
  'deals retry': writes.dealRetried,
  'deals fields': reads.dealsFields,
  'deals checklists': reads.dealsChecklists,
  'deals stamp': writes.dealStamped,
  'deals labels': reads.dealsLabels,
  'tasks list': tasks.extend({ more: z.boolean() }),
  'tasks add': tasks,
  'tasks edit': tasks,
  'tasks done': tasks,
  'tasks reopen': tasks,
  'tasks archive': tasks,
  'tasks rm': gone,
  'tasks restore': tasks,
  'tasks lists show': lists,
  'tasks lists add': lists,
  'tasks lists rename': lists,
  'tasks lists restore': lists,
  'tasks lists rm': lists,
  doctor: reads.doctor,
}
