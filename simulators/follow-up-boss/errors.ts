import { ReplyNow, type SimReply } from '../kit/http-types.ts'

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

/** What the service says for a status when nothing but the status is known (fault `status:<code>`). */
export function plainErrorReply(status: number): SimReply {
  const words: Record<number, string> = {
    400: 'Invalid request.',
    401: 'Authentication is required.',
    403: 'You do not have access to this resource.',
    404: 'Requested resource was not found.',
    429: 'Too many requests.',
    503: 'Service unavailable. Try again later.',
  }
  const reply = errorReply(status, words[status] ?? 'An error occurred. Try again later.')
  return status === 429 ? { ...reply, headers: { 'retry-after': '1' } } : reply
}
