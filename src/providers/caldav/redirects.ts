/** Suffixes below which names belong to many owners: `co.uk`, `com.au`. */
const SHARED = /^(ac|co|com|edu|gob|gov|go|ne|net|or|org)\.[a-z]{2}$/

/**
 * Whether a login that was given for `typed` may go to `next`: at the same host, below it, or beside it below one name
 * (`caldav.icloud.com` sends to `p42-caldav.icloud.com`), never from https to http. Servers of others get no passwords.
 */
export function mayFollow(typed: URL, next: URL): boolean {
  if (next.protocol !== 'https:' && next.protocol !== 'http:') return false
  if (typed.protocol === 'https:' && next.protocol !== 'https:') return false
  if (typed.hostname === next.hostname) return true
  if (isAddress(typed.hostname) || isAddress(next.hostname)) return false
  if (next.hostname.endsWith(`.${typed.hostname}`)) return true
  const above = typed.hostname.split('.').slice(1).join('.')
  const owned = above.includes('.') && !SHARED.test(above)
  return owned && (next.hostname === above || next.hostname.endsWith(`.${above}`))
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host)
}
