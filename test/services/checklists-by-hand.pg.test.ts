import { beforeEach, describe, expect, test } from 'vitest'
import { discardPair, retryPair } from '../../src/activities/person-decides.ts'
import { checklists, stampDeal } from '../../src/starter/commands/checklists.ts'
import { list as conflicts } from '../../src/starter/commands/conflicts.ts'
import { explain } from '../../src/starter/commands/explain.ts'
import { undo } from '../../src/starter/commands/undo.ts'
import { type ChecklistDesk, FILE, openChecklistDesk } from './checklist-desk.ts'

let at: ChecklistDesk

beforeEach(async () => {
  at = await openChecklistDesk()
  return () => at[Symbol.asyncDispose]()
})

describe('by hand', () => {
  test('a checklist is listed, and stamped for a deal of any stage, once as long as it is where it is', async () => {
    expect((await checklists(at.desk.deciding, 'main')).lines[0]).toMatch(/^Route main has no checklist; /u)
    await at.say()
    expect((await checklists(at.desk.deciding, 'main')).lines).toEqual([
      'Offer made  when a deal comes into Offer  stamped 0 times',
      '  - Order the inspection  due entry+3d',
      '  - Book the closing  due close-7d',
    ])
    const trial = await stampDeal(at.desk.deciding, at.deal, 'offer made', { dryRun: true })
    expect(trial.lines.slice(1, 3)).toEqual([
      `Checklist Offer made is stamped for deal ${at.deal} “Baker: Lot 4”: 2 tasks.`,
      expect.stringMatching(/^ {2}- Order the inspection {2}due \d{4}-\d\d-\d\d$/u),
    ])
    await at.bridge.settle()
    await at.expectEach(0)
    await stampDeal(at.desk.deciding, at.deal, 'Offer made', {})
    expect(at.desk.woken).toHaveLength(2)
    await at.bridge.settle()
    await at.expectEach(1)
    expect(new Set(Object.values(await at.desk.book()))).toEqual(new Set(['Showing / Baker: Lot 4']))
    expect((await checklists(at.desk.deciding, 'main')).json).toMatchObject({
      checklists: [{ name: 'Offer made', stage: 'Offer', stageId: '12', counts: true, stamped: 1 }],
    })
    await expect(stampDeal(at.desk.deciding, at.deal, 'Offer made', {})).rejects.toMatchObject({
      code: 'STAMPED_BEFORE',
    })
    // What it has by itself is another entry.
    await at.move(12)
    await at.bridge.settle()
    await at.expectEach(2)
  })

  test('one that was refused is shown with its reason, and made when it is tried again', async () => {
    await at.say()
    await stampDeal(at.desk.deciding, at.deal, 'Offer made', {})
    const [first = '', second = ''] = at.desk.woken
    expect((await explain(at.desk.deciding, `pair/${first}`)).lines.join('\n')).toContain(
      'a checklist of the route says so: the task is to be made in Todoist',
    )
    await at.bridge.db`
      update pair set state = 'error', reason = 'refused', last_error = 'No room', wake_at = null where id = ${first}`
    await discardPair(at.bridge.deps, { pairId: second })
    await at.bridge.settle()
    await at.expectEach(0)
    expect((await conflicts(at.desk.deciding, {})).lines.join('\n')).toContain('No room')
    await retryPair(at.bridge.deps, { pairId: first })
    await at.bridge.settle()
    expect(await at.titles()).toEqual({ fub: ['Order the inspection'], todoist: ['Order the inspection'] })
  })

  test('what there is not is refused, and so is a route that writes nothing into the task app', async () => {
    await at.say()
    await expect(stampDeal(at.desk.deciding, at.deal, 'Offer mad', {})).rejects.toMatchObject({
      exitCode: 2,
      hints: ['Do you mean Offer made? There are: Offer made.'],
    })
    await expect(stampDeal(at.desk.deciding, '999', 'Offer made', {})).rejects.toMatchObject({
      code: 'NO_SUCH_DEAL',
    })
    await expect(at.say(FILE.replace('Buyers · Offer', 'Ofer'))).rejects.toMatchObject({
      hints: [expect.stringContaining('Do you mean')],
    })
    await at.say('direction: toLeft')
    await expect(stampDeal(at.desk.deciding, at.deal, 'Offer made', {})).rejects.toMatchObject({
      code: 'ONE_WAY',
    })
    await at.move(12)
    await at.bridge.settle()
    await at.say('direction: both')
    await at.bridge.settle()
    await at.expectEach(0)
  })

  test('what was stamped is taken back on both sides, and is not stamped again', async () => {
    await at.say()
    await at.move(12)
    await at.bridge.settle()
    const edited = await at.desk.item('Book the closing')
    await at.bridge.todoist.call('POST', `/api/v1/tasks/${edited.id}`, { content: 'Book the closing today' })
    await at.bridge.settle()
    const made = await at.bridge.db<{ id: string }[]>`select id from op where verb = 'create' order by id`
    await undo(
      at.desk.deciding,
      made.map(({ id }) => id),
      { yes: true },
    )
    await at.bridge.settle()
    const left = ['Book the closing today']
    expect(await at.titles()).toEqual({ fub: left, todoist: left })
    await at.bridge.settle()
    expect(await at.titles()).toEqual({ fub: left, todoist: left })
  })
})
