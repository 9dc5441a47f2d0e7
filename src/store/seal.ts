import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals a text with AES-256-GCM under a key made from `secret`. The result is text: version, nonce, tag, cipher. */
export function seal(plain: string, secret: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), iv)
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return [VERSION, iv, cipher.getAuthTag(), sealed]
    .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
    .join('.')
}

/** Opens what `seal` made. Throws when the secret is another one or the text was changed. */
export function unseal(sealed: string, secret: string): string {
  const [version, iv, tag, body] = sealed.split('.')
  if (version !== VERSION || iv === undefined || tag === undefined || body === undefined) {
    throw new Error('sealed credentials have an unknown form')
  }
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), Buffer.from(iv, 'base64url'), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAuthTag(Buffer.from(tag, 'base64url'))
  return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8')
}

/** A mark of a text under the same key: equal for equal texts, and nothing can be learned from it without the key. */
export function mark(text: string, secret: string): string {
  return createHmac('sha256', keyOf(secret)).update(text).digest('base64url')
}

function keyOf(secret: string): Buffer {
  return createHash('sha256').update(`dealbridge credentials ${secret}`).digest()
}
