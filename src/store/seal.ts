import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { keysOf, type SecretKey } from '../config/secret-keys.ts'

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals a text with AES-256-GCM under a key made from the newest `secret`. The result is text: version, nonce, tag, cipher. */
export function seal(plain: string, secret: SecretKey): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOf(newestOf(secret)), iv)
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return [VERSION, iv, cipher.getAuthTag(), sealed]
    .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
    .join('.')
}

/** Opens what `seal` made. Throws when the secret is another one or the text was changed. */
export function unseal(sealed: string, secret: SecretKey): string {
  return openWithAny(sealed, keysOf(secret)).plain
}

/** What is sealed, and which of the keys has sealed it (0: the newest). Throws as `unseal`. */
export function openWithAny(
  sealed: string,
  secrets: readonly string[],
): { readonly plain: string; readonly nth: number } {
  for (const [nth, secret] of secrets.entries()) {
    try {
      return { plain: openWith(sealed, secret), nth }
    } catch (error) {
      if (nth === secrets.length - 1) throw error
    }
  }
  throw new Error('there is no key')
}

function openWith(sealed: string, secret: string): string {
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
export function mark(text: string, secret: SecretKey): string {
  return markUnder(text, newestOf(secret))
}

/** The text's marks under each key in force. */
export function marks(text: string, secret: SecretKey): readonly string[] {
  return keysOf(secret).map((key) => markUnder(text, key))
}

/** The text's mark under one key. */
export function markUnder(text: string, secret: string): string {
  return createHmac('sha256', keyOf(secret)).update(text).digest('base64url')
}

function newestOf(secret: SecretKey): string {
  const [newest] = keysOf(secret)
  if (newest === undefined) throw new Error('there is no key')
  return newest
}

function keyOf(secret: string): Buffer {
  return createHash('sha256').update(`dealbridge credentials ${secret}`).digest()
}
