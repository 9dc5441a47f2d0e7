import { ReplyNow, type SimReply } from '../kit/http-types.ts'
import type { FubSettings } from './settings.ts'

/** `{"errorMessage": …}` with a status (reference §5). */
export function errorReply(status: number, message: string): SimReply {
  return { status, body: { errorMessage: message } }
}

/** Ends the request with an error reply. */
export function fail(status: number, message: string): never {
  throw new ReplyNow(errorReply(status, message))
}

/** An object that is not there, or not for this key to see: the service does not tell which. */
export function notFound(): never {
  fail(404, 'Requested resource was not found.')
}

/** 400 in the vendor's words for a value of the wrong kind. */
export function wrongType(name: string, type: string): never {
  fail(400, `Expected field '${name}' to be of data type ${type}.`)
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'Invalid request.',
  401: 'Authentication is required.',
  403: 'You do not have access to this resource.',
  404: 'Requested resource was not found.',
  429: 'Too many requests.',
  503: 'Service unavailable. Try again later.',
}

/**
 * What the service says for a status when nothing but the status is known (fault `status:<code>`). Switch
 * `errorBody`: the rare key `error`, a page of HTML, or nothing at all (reference §5, U24).
 */
export function plainErrorReply(status: number, settings: FubSettings): SimReply {
  const words = WORDS[status] ?? 'An error occurred. Try again later.'
  const headers: Record<string, string> = status === 429 ? { 'retry-after': '1' } : {}
  switch (settings.get('errorBody')) {
    case 'error':
      return { status, headers, body: { error: words } }
    case 'html':
      return {
        status,
        headers: { ...headers, 'content-type': 'text/html' },
        body: `<html><body><h1>${status}</h1><p>${words}</p></body></html>`,
      }
    case 'empty':
      return { status, headers }
    default:
      return { ...errorReply(status, words), headers }
  }
}
