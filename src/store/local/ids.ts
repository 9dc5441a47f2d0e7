const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u

/** Whether a text can be the id of a list, task or comment; Postgres refuses a query with any other. */
export function isId(text: string): boolean {
  return ID.test(text)
}
