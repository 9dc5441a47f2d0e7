import { describe, expect, it } from 'vitest'
import { previewLines } from './preview-lines.ts'

const write = (n: number) => ({
  pair: String(n),
  side: 'right' as const,
  verb: 'create' as const,
  fields: { title: n === 1 ? `${'🏡'.repeat(70)}` : `Task ${n}` },
})

describe('a preview for a person', () => {
  it('counts, and shows a few', () => {
    const writes = [1, 2, 3, 4, 5, 6, 7].map(write)
    const lines = previewLines({ writes, linked: 2, waiting: 1 })
    expect(lines.slice(0, 4)).toEqual([
      '7 writes:',
      '  7 × create in Todoist',
      '  2 tasks are on both sides already and would be linked',
      '  1 task would wait for you',
    ])
    expect(lines.at(-1)).toBe('  … and 2 more (--json shows all)')
    expect(lines).toContain(`  create in Todoist: “${'🏡'.repeat(59)}…”`)
  })

  it('names the fields where there is no title', () => {
    const edit = { pair: '1', side: 'left' as const, verb: 'update' as const, fields: { completed: true } }
    expect(previewLines({ writes: [edit], linked: 0, waiting: 0 })).toContain(
      '  update in Follow Up Boss: completed',
    )
  })

  it('of nothing says so', () => {
    expect(previewLines({ writes: [], linked: 0, waiting: 0 })).toEqual(['Nothing would be written.'])
  })
})
