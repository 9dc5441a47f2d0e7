import { pairsNamed } from '../activities/explain.ts'
import { UserError } from '../config/errors.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { quoted } from './command-name.ts'
import { readReference } from './task-reference.ts'

/** The one pair that a person means, by its number, or by the id or link of its task. Throws UserError (exit code 2). */
export async function pairMeant(db: Db, text: string): Promise<string> {
  const reference = readReference(text)
  const found = reference === null ? [] : await inTransaction(db, (tx) => pairsNamed(tx, reference))
  const [pair, second] = found
  if (pair !== undefined && second === undefined) return pair
  throw new UserError({
    code: pair === undefined ? 'NO_SUCH_PAIR' : 'SEVERAL_PAIRS',
    message:
      pair === undefined
        ? `Nobody knows a task ${text}.`
        : `${text} may be several tasks: ${found.map((id) => `pair/${id}`).join(', ')}.`,
    hints: [
      pair === undefined
        ? `Give the number of a pair, the id of a task in either service, or its link; ${quoted('log')} shows the numbers.`
        : 'Name the pair that you mean.',
    ],
    exitCode: 2,
  })
}
