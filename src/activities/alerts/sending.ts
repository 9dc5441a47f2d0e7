/**
 * What became of an attempt to send. `refused`: it has certainly not arrived. `unsure`: it may have, the answer was lost.
 * `why`: a sentence for a person, without secrets, addresses of people or words of a message. `waitMs`: the other side says
 * when it may be tried again.
 */
export type Sent =
  | { readonly kind: 'sent'; readonly note: string | null }
  | {
      readonly kind: 'refused' | 'unsure'
      readonly why: string
      readonly todo: string
      readonly waitMs?: number
    }

/** Sends one message; never throws. The signal ends the attempt. */
export type Send<W> = (way: W, message: Outgoing, signal: AbortSignal) => Promise<Sent>

/** `id`: by which its reader knows it again, should it come twice. */
export type Outgoing = {
  readonly id: string
  readonly madeAt: string
  readonly subject: string
  readonly lines: readonly string[]
  readonly document: unknown
}
