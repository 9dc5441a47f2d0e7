import { z } from 'zod'
import type { LocalList } from '../../core/local-task.ts'
import { addList, changeList } from '../../store/local/change-list.ts'
import { deleteList, purgeList, restoreList } from '../../store/local/delete-list.ts'
import { allLists, listsById } from '../../store/local/list-rows.ts'
import { given } from './given.ts'
import { changing, type Operation, type Reply, reading } from './operation.ts'
import { notFound } from './refusals.ts'
import * as schema from './schemas.ts'
import { shownList } from './shown.ts'

const truth = z.enum(['true', 'false']).default('false')
const shows = { 200: { description: 'The list.', schema: schema.list } }
const tag = 'Lists'

function reply(list: LocalList, status: 200 | 201 = 200): Reply {
  return { status, body: shownList(list), subject: list }
}

/** What one can do with lists. */
export const listOperations: readonly Operation[] = [
  reading({
    id: 'getLists',
    method: 'get',
    path: '/lists',
    tag,
    summary: 'All lists, in their order',
    query: z.strictObject({
      archived: truth.describe('Whether archived ones come along.'),
      deleted: truth.describe('Whether deleted ones come along.'),
    }),
    answers: { 200: { description: 'The lists.', schema: schema.allLists } },
    async run({ db, query: { archived, deleted } }) {
      const lists = await allLists(db, { archived: archived === 'true', deleted: deleted === 'true' })
      return { status: 200, body: { lists: lists.map(shownList) }, subject: null }
    },
  }),
  changing({
    id: 'addList',
    method: 'post',
    path: '/lists',
    tag,
    summary: 'Make a list',
    query: null,
    body: schema.newList,
    answers: { 201: { description: 'The new list.', schema: schema.list } },
    run: async ({ writing, body: { name, ...rest } }) =>
      reply(await addList(writing, { name, ...given(rest) }), 201),
  }),
  reading({
    id: 'getList',
    method: 'get',
    path: '/lists/{id}',
    tag,
    summary: 'One list, also a deleted one',
    query: null,
    answers: shows,
    async run({ db, id }) {
      const [list] = await listsById(db, [id])
      if (list === undefined) throw notFound('There is no such list, or not any more.')
      return reply(list)
    },
  }),
  changing({
    id: 'editList',
    method: 'patch',
    path: '/lists/{id}',
    tag,
    summary: 'Change a list; what is left out stays',
    query: null,
    body: schema.listEdit,
    answers: shows,
    run: async ({ writing, id, body, expected }) =>
      reply(await changeList(writing, id, given(body), expected)),
  }),
  changing({
    id: 'archiveList',
    method: 'post',
    path: '/lists/{id}/archive',
    tag,
    summary: 'Put a list aside: it takes no new tasks',
    query: null,
    body: null,
    answers: shows,
    run: async ({ writing, id, expected }) =>
      reply(await changeList(writing, id, { archived: true }, expected)),
  }),
  changing({
    id: 'unarchiveList',
    method: 'post',
    path: '/lists/{id}/unarchive',
    tag,
    summary: 'Take an archived list back',
    query: null,
    body: null,
    answers: shows,
    run: async ({ writing, id, expected }) =>
      reply(await changeList(writing, id, { archived: false }, expected)),
  }),
  changing({
    id: 'restoreList',
    method: 'post',
    path: '/lists/{id}/restore',
    tag,
    summary: 'Take a deleted list back, without its tasks',
    query: null,
    body: null,
    answers: shows,
    run: async ({ writing, id, expected }) => reply(await restoreList(writing, id, expected)),
  }),
  changing({
    id: 'deleteList',
    method: 'delete',
    path: '/lists/{id}',
    tag,
    summary: 'Delete a list; it can be restored unless it is purged',
    query: z.strictObject({
      hard: truth.describe('Purge it: nothing of it is left.'),
      tasks: z
        .enum(['keep', 'delete'])
        .optional()
        .describe(
          'What becomes of its tasks: they go to the default list, or with it. Needed where it has any.',
        ),
    }),
    body: null,
    answers: { ...shows, 204: { description: 'It is purged.', schema: null } },
    async run({ writing, id, query: { hard, tasks = null }, expected }) {
      if (hard === 'false') return reply(await deleteList(writing, id, tasks, expected))
      await purgeList(writing, id, tasks, expected)
      return { status: 204, body: null, subject: null }
    },
  }),
]
