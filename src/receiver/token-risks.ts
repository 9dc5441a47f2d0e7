import type { Config } from '../config/parse.ts'

/** One that is shorter can be found by trying. */
const SHORT = 16
const ADVICE = '"openssl rand -hex 32" makes a good one'

/** What is unsafe about how the API is guarded, and what to do, for the log of each start. */
export function risksOf({
  API_TOKEN: token,
  PUBLIC_URL: url,
}: Pick<Config, 'API_TOKEN' | 'PUBLIC_URL'>): string[] {
  if (token !== undefined)
    return token.length < SHORT
      ? [`API_TOKEN has fewer than ${SHORT} characters and can be guessed; ${ADVICE}`]
      : []
  return url === undefined
    ? []
    : [
        `PUBLIC_URL is set and API_TOKEN is not: whoever reaches that address may change everything; set API_TOKEN, ${ADVICE}`,
      ]
}
