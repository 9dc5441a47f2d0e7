import { type Paint, painted } from './paint.ts'
import { type Screen, screenOf } from './screen.ts'
import { fitted, textWidth } from './text-width.ts'

/** `shrinks`: of a terminal that is too narrow, its cells give way. `paint`: the colour of a cell by its text. */
export type Column = {
  readonly head: string
  readonly align?: 'left' | 'right'
  readonly shrinks?: boolean
  readonly paint?: (text: string) => Paint | null
}

const GAP = '  '
/** No column gives way to less than this. */
const NARROWEST = 12

/**
 * Rows in columns that stand below each other, with their heads above. At a terminal cells that do not fit end with `…`;
 * elsewhere every text is whole. Line breaks and what else would move the cursor become blanks.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  screen: Screen = screenOf(),
): string[] {
  const cells = rows.map((row) => columns.map((_, at) => oneLineOf(row[at] ?? '')))
  const widths = widthsOf(columns, cells, screen.width)
  const line = (row: readonly string[], paintOf: (column: Column, text: string) => Paint | null) =>
    columns
      .map((column, at) => {
        const text = fitted(row[at] ?? '', widths[at] ?? 0)
        const paint = paintOf(column, row[at] ?? '')
        const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - textWidth(text)))
        const shown = paint === null ? text : painted(text, paint, screen)
        return column.align === 'right' ? `${blanks}${shown}` : `${shown}${blanks}`
      })
      .join(GAP)
      .trimEnd()
  return [
    line(
      columns.map(({ head }) => head),
      () => 'bold',
    ),
    ...cells.map((row) => line(row, (column, text) => column.paint?.(text) ?? null)),
  ]
}

function widthsOf(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  room: number | null,
): number[] {
  const widths = columns.map(({ head }, at) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[at] ?? '')), textWidth(head)),
  )
  if (room === null) return widths
  const total = () => widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length)
  for (let over = total() - room; over > 0; over = total() - room) {
    const widest = widestOf(columns, widths)
    if (widest === null) break
    // Down to the next in width, so that none is cut short while another has room.
    widths[widest] = Math.max(NARROWEST, (widths[widest] ?? 0) - 1)
  }
  return widths
}

/** The widest column that can still give way; null where none can. */
function widestOf(columns: readonly Column[], widths: readonly number[]): number | null {
  let widest: number | null = null
  for (const [at, { shrinks = false }] of columns.entries()) {
    const width = widths[at] ?? 0
    if (shrinks && width > NARROWEST && (widest === null || width > (widths[widest] ?? 0))) widest = at
  }
  return widest
}

function oneLineOf(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
}
