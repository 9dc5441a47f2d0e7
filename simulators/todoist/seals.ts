import { createHmac, randomBytes } from 'node:crypto'

/** Makes texts that only their maker, or another with its key, can read back: sync tokens and cursors. */
export class Seals {
  private readonly secret: Buffer

  /** `key`: 32 hexadecimal digits; default: a new one. */
  constructor(key?: string) {
    this.secret = key === undefined ? randomBytes(16) : Buffer.from(key, 'hex')
  }

  get key(): string {
    return this.secret.toString('hex')
  }

  /** `about` binds the text: it opens with the same `about` only. */
  seal(value: string, about: string): string {
    return `${Buffer.from(value).toString('base64url')}.${this.proof(value, about)}`
  }

  /** The sealed value, or undefined when the text is not ours or was made about something else. */
  open(text: string, about: string): string | undefined {
    const cut = text.lastIndexOf('.')
    if (cut < 0) return undefined
    const value = Buffer.from(text.slice(0, cut), 'base64url').toString('utf8')
    return this.proof(value, about) === text.slice(cut + 1) ? value : undefined
  }

  private proof(value: string, about: string): string {
    return createHmac('sha256', this.secret).update(`${about}\n${value}`).digest('base64url').slice(0, 24)
  }
}
