import type { PlannedWriteView, Preview } from '../activities/preview.ts'
import { serviceName } from './service-name.ts'
import { shorten } from './task-words.ts'

const SAMPLES = 5

/** What a sync would write, for a person: counts, and a few of the writes. */
export function previewLines(preview: Preview): string[] {
  const { writes, linked, waiting } = preview
  const lines =
    writes.length === 0 ? ['Nothing would be written.'] : [`${writes.length} writes:`, ...counts(writes)]
  if (linked > 0) lines.push(`  ${linked} tasks are on both sides already and would be linked`)
  if (waiting > 0) lines.push(`  ${waiting} ${waiting === 1 ? 'task' : 'tasks'} would wait for you`)
  return [...lines, ...samples(writes)]
}

function counts(writes: readonly PlannedWriteView[]): string[] {
  const byKind = new Map<string, number>()
  for (const { side, verb } of writes) {
    const kind = `${verb} in ${serviceName(side)}`
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1)
  }
  return [...byKind].map(([kind, count]) => `  ${count} × ${kind}`)
}

function samples(writes: readonly PlannedWriteView[]): string[] {
  if (writes.length === 0) return []
  const shown = writes.slice(0, SAMPLES).map(({ verb, side, fields }) => {
    const { title } = fields
    const words = typeof title === 'string' ? `“${shorten(title)}”` : Object.keys(fields).join(', ')
    return `  ${verb} in ${serviceName(side)}: ${words}`
  })
  const rest = writes.length - shown.length
  return ['For example:', ...shown, ...(rest > 0 ? [`  … and ${rest} more (--json shows all)`] : [])]
}
