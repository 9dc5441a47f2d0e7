import { createHash, timingSafeEqual } from 'node:crypto'

/** True when an `Authorization` header carries this bearer token. Takes the same time for every wrong token. */
export function bearsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

/** Of one length whatever the text, as the comparison demands. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
