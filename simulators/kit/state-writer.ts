import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { gathered, jsonPieces } from './json-pieces.ts'

const DEBOUNCE_MS = 200
const SHORTEST_GAP_MS = 500
const RETRY_MS = 5_000
const PIECE_LENGTH = 64_000
/** Making 20 MB of JSON takes about 100 ms of a core: with this, once in 5 s. */
const BYTES_PER_GAP_MS = 4_000

/** The least time between two snapshots when the last one was so long. */
export function gapAfter(bytes: number): number {
  return Math.max(SHORTEST_GAP_MS, bytes / BYTES_PER_GAP_MS)
}

export interface StateWriterOptions {
  /** The service, for messages. */
  name: string
  file: string
  /**
   * The snapshot to write; `clean` = nothing will change after it. Else requests are served while it is written, so
   * nothing in it may be changed in place.
   */
  take: (clean: boolean) => unknown
  /** Moves whenever the service changed. */
  changes: () => number
}

/**
 * Keeps a file up with a service: soon after changes, whole files only (written beside it, then renamed), and
 * for good on `close()`. A file that cannot be written is reported on stderr and tried again.
 */
export class StateWriter {
  private readonly options: StateWriterOptions
  private seen: number
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> | undefined
  private dirty = false
  private closed = false
  private complained = false
  /** Grows with each write that began; one that is not the latest any more must not replace the file. */
  private turn = 0
  private notBefore = 0

  constructor(options: StateWriterOptions) {
    this.options = options
    this.seen = options.changes()
  }

  /** Writes before it returns. Throws an Error for a person when the file cannot be written. */
  saveNow(clean = false): void {
    const { file, take } = this.options
    this.turn += 1
    try {
      mkdirSync(dirname(file), { recursive: true })
      const text = JSON.stringify(take(clean))
      writeFileSync(`${file}.new`, text, { mode: 0o600 })
      renameSync(`${file}.new`, file)
      this.notBefore = performance.now() + gapAfter(text.length)
      this.dirty = false
    } catch (error) {
      throw new Error(
        `the state cannot be kept in ${file} (${reason(error)}). Choose another folder with --state, or leave it out.`,
      )
    }
  }

  /** To be called after each request: sees for itself whether there is something to write. */
  look(): void {
    if (this.options.changes() !== this.seen) this.changed()
  }

  /** Something is to be written. */
  changed(): void {
    this.seen = this.options.changes()
    this.dirty = true
    if (this.closed || this.timer !== undefined || this.writing !== undefined) return
    const wait = Math.max(DEBOUNCE_MS, this.notBefore - performance.now())
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.writing = this.write().finally(() => {
        this.writing = undefined
        if (this.dirty) this.changed()
      })
    }, wait)
  }

  /** Writes the last snapshot before it returns; resolves when no write is under way. Nothing is written after it. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    clearTimeout(this.timer)
    try {
      this.saveNow(true)
    } catch (error) {
      this.complain(reason(error))
    }
    await this.writing
  }

  private async write(): Promise<void> {
    const { file, take } = this.options
    const beside = `${file}.tmp`
    this.turn += 1
    const turn = this.turn
    this.dirty = false
    try {
      let length = 0
      const pieces = gathered(jsonPieces(take(false)), PIECE_LENGTH)
      const counted = function* () {
        for (const piece of pieces) {
          length += piece.length
          yield piece
        }
      }
      await writeFile(beside, counted(), { mode: 0o600 })
      if (this.turn === turn) renameSync(beside, file)
      else rmSync(beside, { force: true })
      this.notBefore = performance.now() + gapAfter(length)
      this.complained = false
    } catch (error) {
      this.complain(`the state cannot be kept in ${file} (${reason(error)}); trying again`)
      this.dirty = true
      this.notBefore = performance.now() + RETRY_MS
    }
  }

  private complain(what: string): void {
    if (!this.complained) process.stderr.write(`${this.options.name} simulator: ${what}\n`)
    this.complained = true
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
