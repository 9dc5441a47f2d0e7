/** An answer of a simulator. `body` is undefined when empty, text when not JSON. */
export interface SimAnswer<T> {
  status: number
  headers: Headers
  body: T
}

/** Calls a simulator, for tests and benchmarks that play the client, the user or the operator. */
export interface SimClient {
  /** Rejects when the connection is cut. `T` is what the caller expects; nothing checks it. */
  call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<SimAnswer<T>>
  /** The same simulator with more headers on each call. */
  with(headers: Record<string, string>): SimClient
}

/** HTTP Basic with the key as user name and no password, as Follow Up Boss has it. */
export function basicKey(key: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }
}

/** The header that makes a request the user's. */
export const AS_USER: Readonly<Record<string, string>> = { 'x-sim-actor': 'user' }

export function simClient(url: string, base: Readonly<Record<string, string>> = {}): SimClient {
  return {
    with: (headers) => simClient(url, { ...base, ...headers }),
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...base,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: parse(text) as T }
    },
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
