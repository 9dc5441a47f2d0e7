/*
 * A task by which an operator tries out an account. It is told by its title alone, as services without labels keep nothing else of
 * ours: no route takes in a task of that form, whatever holds it (decision 047).
 */

const WORDS = 'Dealbridge write test'
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const TITLE = new RegExp(`^${WORDS} ${UUID}(?: \\(edited\\))?$`, 'u')

/** `id`: a UUID. */
export function writeTestTitle(id: string, edited = false): string {
  return `${WORDS} ${id}${edited ? ' (edited)' : ''}`
}

/** True of a title of that form; nobody types one by chance. */
export function isWriteTest(title: string): boolean {
  return TITLE.test(title)
}

/** What the list is called that such a task lies in. */
export const WRITE_TEST_LIST = WORDS
