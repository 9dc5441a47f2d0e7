import fc from 'fast-check'
import { withoutBlocks } from '../../src/core/description-block.ts'
import { manyLines } from '../../src/core/normalise.ts'

/** Lines as users type them, also such that look like ours. */
export const row = fc.oneof(
  fc.constantFrom(
    '',
    '---',
    ' --- ',
    'dealbridge',
    'dealbridge: works',
    'dealbridge: my notes on it',
    'see dealbridge: crm/task/7 for it',
    'Tom',
    '- a',
    '\t',
    '***',
  ),
  fc.string({ maxLength: 30 }),
)
/** A user's own text: several lines, and no block of ours in it. */
export const notes = fc
  .array(row, { maxLength: 8 })
  .map((rows) => withoutBlocks(manyLines(rows.join('\n'))))
  .filter((text) => text === manyLines(text))
