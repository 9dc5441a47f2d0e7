import { describe, expect, test } from 'vitest'
import { type Beside, NOTHING_BESIDE } from '../../../src/core/beside.ts'
import { joinDescription } from '../../../src/core/description-block.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE, OTHER } from '../tasks.ts'
import { needed, type Service } from '../world.ts'

const OURS = ['Tom Baker · (555) 010-0100', '[Open in X](https://x.example/1)']

/** What is written into a task beside its fields: our block in its description, labels of ours, one comment. */
export function besideLaws(service: Service): void {
  const { marker, notices, fields } = service.declares.capabilities
  if (marker) blockLaws(service)
  if (notices) noticeLaws(service)
  if (marker) bareLaws(service)

  test.runIf(marker && fields.notes === 'rw')(
    'a block that does not fit beside the notes is left out, and the notes stay whole',
    staged(service, async (stage) => {
      const notes = 'long '.repeat(3_276).trimEnd()
      const { remoteId } = await stage.write(stage.createOp({ ...ONE, notes }, { beside: block(OURS) }))
      const seen = await stage.look(remoteId ?? '')
      expect(stage.kept('notes', seen.task)).toBe(stage.kept('notes', { notes }))
    }),
  )
}

function blockLaws(service: Service): void {
  describe('the block', () => {
    test(
      'is made with a task, replaced whole by a later write, and else stays; the notes never change by it',
      staged(service, async (stage) => {
        const op = stage.createOp(ONE, { beside: block(OURS) })
        const { remoteId } = await stage.write(op)
        const id = remoteId ?? ''
        const made = await stage.look(id)
        expect(made).toMatchObject({ block: OURS, marker: op.marker })
        expect(stage.kept('notes', made.task)).toEqual(stage.kept('notes', ONE))

        await stage.write(stage.updateOp(id, made, { title: OTHER.title }, block(['Ann'])))
        const replaced = await stage.look(id)
        expect(replaced).toMatchObject({ block: ['Ann'], marker: op.marker })
        expect(replaced.task).toEqual({ ...made.task, title: replaced.task.title })
        expect(stage.kept('title', replaced.task)).toEqual(stage.kept('title', OTHER))

        await stage.write(stage.updateOp(id, replaced, { title: ONE.title }))
        expect(await stage.look(id)).toMatchObject({ block: ['Ann'], marker: op.marker })
        await stage.write(stage.updateOp(id, await stage.look(id), { notes: OTHER.notes }))
        const edited = await stage.look(id)
        expect(edited).toMatchObject({ block: ['Ann'], marker: op.marker })
        expect(stage.kept('notes', edited.task)).toEqual(stage.kept('notes', OTHER))
      }),
    )

    test(
      'comes to a task that its user made, and leaves their text',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        const before = await stage.look(id)
        expect(before).toMatchObject({ block: [], marker: null })
        await stage.write({ ...stage.updateOp(id, before, {}, block(OURS)), marker: 'contract/task/1' })
        const after = await stage.look(id)
        expect(after).toMatchObject({ task: before.task, block: OURS, marker: 'contract/task/1' })
      }),
    )

    test.runIf(service.declares.capabilities.fields.notes === 'rw')(
      'that a user copied with a text is none of the notes that are written',
      staged(service, async (stage) => {
        const copied = joinDescription('mine', OURS, 'contract/task/9')
        const id = await stage.make(ONE)
        await stage.write(stage.updateOp(id, await stage.look(id), { notes: copied }, block(['Ann'])))
        const seen = await stage.look(id)
        expect(stage.kept('notes', seen.task)).toEqual(stage.kept('notes', { notes: copied }))
        expect(seen.block).toEqual(['Ann'])
      }),
    )
  })
}

/** What is ours can be taken back, and what is not stays. */
function bareLaws(service: Service): void {
  test(
    'a write with `bare` takes all that is ours out of a task, and leaves its user’s words',
    staged(service, async (stage) => {
      const { notices } = stage.can
      const id = await stage.user.add(ONE)
      await stage.user.decorate(id)
      const before = await stage.look(id)
      const held = await stage.user.held(id)
      const marked = { ...stage.updateOp(id, before, {}, block(OURS)), marker: 'contract/task/1' }
      await stage.write(marked)
      const told = { ...flags(['sync-problem']), comment: { id: null, text: 'One' } }
      const { comment = null } = notices
        ? await stage.write(stage.updateOp(id, await stage.look(id), {}, told))
        : { comment: null }
      const remove = notices ? ['sync-problem'] : []
      const bare: Beside = { ...flags([], remove), bare: { comment } }
      const op = { ...stage.updateOp(id, await stage.look(id), {}, bare), marker: null }
      stage.world.weather.on('reply-lost')
      await stage.write(op).catch(() => undefined)
      stage.world.weather.clear()
      const again = { ...stage.updateOp(id, await stage.look(id), {}, bare), marker: null }
      await stage.write(again)
      const after = await stage.look(id)
      expect(after).toMatchObject({ task: before.task, marker: null, block: [], flags: before.flags })
      expect(stage.provider.ownTraces?.(after) ?? false).toBe(false)
      expect(await stage.user.held(id)).toEqual(held)
      if (notices) expect(await needed(stage.world.user.comments, 'user.comments', 'notices')(id)).toEqual([])
    }),
  )
}

function noticeLaws(service: Service): void {
  const comments = (stage: Stage, id: string) =>
    needed(stage.world.user.comments, 'user.comments', 'notices')(id)

  describe('a notice', () => {
    test(
      'is a label that no user owns: set and taken away it leaves all else',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        await stage.user.decorate(id)
        const before = await stage.look(id)
        const held = await stage.user.held(id)
        const flagged = await stage.write(stage.updateOp(id, before, {}, flags(['needs-person'])))
        expect(flagged.steps.map(({ outcome }) => outcome)).toEqual(['confirmed'])
        const told = await stage.look(id)
        expect(told.flags).toEqual(['needs-person'])
        expect(told.task).toEqual(before.task)

        await stage.write(stage.updateOp(id, told, { title: OTHER.title }))
        expect((await stage.look(id)).flags).toEqual(['needs-person'])
        const renamed = await stage.look(id)
        await stage.write(stage.updateOp(id, renamed, { title: ONE.title }, flags([], ['needs-person'])))
        expect(await stage.look(id)).toMatchObject({ flags: [], task: before.task })
        expect(await stage.user.held(id)).toEqual(held)
      }),
    )

    test(
      'goes with labels of tables, which are added to its user’s and taken away again',
      staged(service, async (stage) => {
        if (stage.can.fields.labels !== 'rw') return
        const tables = (add: readonly string[], remove: readonly string[] = []): Beside => ({
          ...NOTHING_BESIDE,
          tables: { add, remove, wanted: add, ours: add },
        })
        const id = await stage.user.add(ONE)
        await stage.user.decorate(id)
        const before = await stage.look(id)
        const held = await stage.user.held(id)
        await stage.write(stage.updateOp(id, before, {}, tables(['buyer', 'buncombe'])))
        const told = await stage.look(id)
        const labels = [...before.task.labels, 'buncombe', 'buyer'].sort()
        expect([...told.task.labels].sort()).toEqual(labels)
        expect({ ...told.task, labels: [] }).toEqual({ ...before.task, labels: [] })
        await stage.write(stage.updateOp(id, told, { title: OTHER.title }, tables([], ['buyer', 'buncombe'])))
        await stage.write(stage.updateOp(id, await stage.look(id), { title: ONE.title }))
        expect(await stage.look(id)).toMatchObject({ task: before.task })
        expect(await stage.user.held(id)).toEqual(held)
      }),
    )

    test(
      'is a comment, made once however often it is sent, and edited in place',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        const before = await stage.look(id)
        const op = stage.updateOp(
          id,
          before,
          {},
          { ...flags(['sync-problem']), comment: { id: null, text: 'One' } },
        )
        expect(op.steps.map(({ name }) => name).at(-1)).toBe('comment')
        stage.world.weather.on('reply-lost')
        await stage.write(op).catch(() => undefined)
        stage.world.weather.clear()
        await stage.write(op)
        const { comment, steps } = await stage.write(op)
        expect(steps.map(({ outcome }) => outcome)).toEqual(['confirmed', 'confirmed'])
        expect(await comments(stage, id)).toEqual(['One'])
        expect((await stage.look(id)).task).toEqual(before.task)
        // A service may forget which comment a repeated step made; a new one it tells.
        if (comment === undefined) return
        const edit = stage.updateOp(
          id,
          await stage.look(id),
          {},
          {
            ...NOTHING_BESIDE,
            comment: { id: comment, text: 'Two' },
          },
        )
        expect((await stage.write(edit)).steps.map(({ name }) => name)).toEqual(['comment'])
        expect(await comments(stage, id)).toEqual(['Two'])
      }),
    )

    test(
      'tells the id of the comment that it makes',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        const beside: Beside = { ...NOTHING_BESIDE, comment: { id: null, text: 'One' } }
        const { comment } = await stage.write(stage.updateOp(id, await stage.look(id), {}, beside))
        expect(comment).toEqual(expect.stringMatching(/./))
      }),
    )
  })
}

function block(lines: readonly string[]): Beside {
  return { ...NOTHING_BESIDE, block: lines }
}

function flags(add: readonly string[], remove: readonly string[] = []): Beside {
  return { ...NOTHING_BESIDE, flags: { add, remove } }
}
