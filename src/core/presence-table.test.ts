import { describe, expect, it } from 'vitest'
import { MEMORIES, PRESENCE_TABLE, PRESENCES } from './presence-table.ts'

/** Every situation, written out: rows are what is known of the left, columns what is known of the right. */
const EXPECTED = `
  new        | none         present      gone         unknown
    none     | broken       createLeft   close        look
    present  | createRight  link         rightGone    look
    gone     | close        leftGone     close        look
    unknown  | look         look         look         look

  linked     | none         present      gone         unknown
    none     | broken       broken       broken       broken
    present  | broken       merge        rightGone    look
    gone     | broken       leftGone     close        look
    unknown  | broken       look         look         look

  ending     | none         present      gone         unknown
    none     | broken       broken       close        look
    present  | broken       merge        endLeft      look
    gone     | close        endRight     close        look
    unknown  | look         look         look         look

  unlinked   | none         present      gone         unknown
    none     | rest         rest         close        rest
    present  | rest         rest         rest         rest
    gone     | close        rest         close        rest
    unknown  | rest         rest         rest         rest

  closed     | none         present      gone         unknown
    none     | rest         rest         rest         rest
    present  | rest         rest         rest         rest
    gone     | rest         rest         rest         rest
    unknown  | rest         rest         rest         rest
`

const cells = EXPECTED.trim()
  .split(/\n\s*\n/u)
  .flatMap((block) => {
    const [head = '', ...rows] = block.split('\n').map((line) =>
      line
        .trim()
        .split(/[\s|]+/u)
        .join(' '),
    )
    const [memory, ...rights] = head.split(' ')
    return rows.flatMap((row) => {
      const [left, ...found] = row.split(' ')
      return found.map((cell, n) => ({ memory, left, right: rights[n], cell }))
    })
  })

describe('the table of situations', () => {
  it('holds each memory with each presence of both sides', () => {
    expect(cells).toHaveLength(MEMORIES.length * PRESENCES.length ** 2)
  })

  it.each(cells)('$memory, left $left, right $right: $cell', ({ memory, left, right, cell }) => {
    const table: Record<string, Record<string, Record<string, string>>> = PRESENCE_TABLE
    expect(table[memory ?? '']?.[left ?? '']?.[right ?? '']).toBe(cell)
  })
})
