import { z } from 'zod'

/** What a service's sign-in page sends back by the browser: a code to be traded for access, or its own word for why not. */
export type SignInAnswer = { readonly code: string } | { readonly error: string }

/** Words of the standard, so that a stranger's page cannot have us repeat others. */
const errorWord = z.string().regex(/^[a-z_]{1,60}$/)
const codeText = z.string().min(1).max(2_000)

const signInAnswerSchema = z.union([z.object({ error: errorWord }), z.object({ code: codeText })])

/** The answer in a query; null where there is none. */
export function answerIn(query: Readonly<Record<string, string>>): SignInAnswer | null {
  return signInAnswerSchema.safeParse(query).data ?? null
}

/** What the person sees in the browser afterwards. `said` is our own text. */
export function signInPage(said: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Dealbridge</title>
<h1>Dealbridge</h1>
<p>${said}</p>
</html>
`
}

export const SIGN_IN_WORDS = {
  taken: 'Thank you. You can close this page; the program goes on by itself.',
  refused: 'No access was given. You can close this page; the program says what to do next.',
  unexpected:
    'Nobody waits for this answer: its time is over, it was given before, or it is not from here. Start the sign-in again.',
  unavailable: 'This cannot be taken right now. Load this page again in a moment.',
} as const
