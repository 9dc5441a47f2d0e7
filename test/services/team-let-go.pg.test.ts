import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Office, OWNER, openOffice } from './team-office.ts'

/* Tasks that are left to the agent whose they were, and are in step with nothing. */

let office: Office
beforeAll(async () => {
  office = await openOffice({ deals: false })
})
afterAll(() => office[Symbol.asyncDispose]())

const BEA = 2
const SAM = 7

describe('a task that is assigned to somebody else', () => {
  it('with comments is left where these are, and says so', async () => {
    const task = await office.addTask('Call Joe', BEA)
    await office.settle()
    const item = await office.item('bea', 'Call Joe')
    const comment = { task_id: item.id, content: 'He was out' }
    await office.todoist.bea.call('POST', '/api/v1/comments', comment)
    await office.assign(task, SAM)
    await office.settle()
    expect(await office.holders('Call Joe')).toEqual(['bea', 'sam'])
    expect((await office.item('bea', 'Call Joe')).labels).toEqual(['sync-problem'])
    expect(await office.comments('bea', 'Call Joe')).toEqual([
      'He was out',
      expect.stringMatching(/assigned to somebody else in Follow Up Boss now/u),
    ])
    // What becomes of it there is of no concern to anybody.
    await office.todoist.bea.call('POST', `/api/v1/tasks/${item.id}/close`)
    await office.settle()
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0 })
    await office.assign(task, BEA)
    await office.settle()
    expect(await office.holders('Call Joe')).toEqual(['bea'])
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0 })
  })

  it('is left where it is if that agent has no route, and is linked again when it comes back', async () => {
    const task = await office.addTask('Call Kim', BEA)
    await office.settle()
    await office.edit('bea', 'Call Kim', { description: 'He likes dogs' })
    await office.settle()
    await office.assign(task, OWNER)
    await office.settle()
    expect(await office.holders('Call Kim')).toEqual(['bea'])
    expect((await office.item('bea', 'Call Kim')).labels).toEqual(['sync-problem'])
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0, assignedUserId: OWNER })
    await office.assign(task, BEA)
    await office.settle()
    expect(await office.holders('Call Kim')).toEqual(['bea'])
    expect((await office.item('bea', 'Call Kim')).labels).toEqual([])
    expect(await office.comments('bea', 'Call Kim')).toEqual([expect.stringMatching(/assigned to you/u)])
    await office.edit('bea', 'Call Kim', { content: 'Call Kim twice' })
    await office.settle()
    expect(await office.crmTask(task)).toMatchObject({ name: 'Call Kim twice' })
  })

  it('that was let go is made anew for its agent if they have deleted it since', async () => {
    const task = await office.addTask('Call Lou', BEA)
    await office.settle()
    await office.assign(task, OWNER)
    await office.settle()
    await office.todoist.bea.call('DELETE', `/api/v1/tasks/${(await office.item('bea', 'Call Lou')).id}`)
    await office.settle()
    expect(await office.crmTask(task)).toMatchObject({ isCompleted: 0 })
    await office.assign(task, BEA)
    await office.settle()
    expect(await office.holders('Call Lou')).toEqual(['bea'])
  })
})
