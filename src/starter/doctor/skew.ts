import { spanWords } from './words.ts'

/** More than this is no matter of the network (milliseconds). */
const TOLERATED_MS = 2_000

/**
 * How far another clock is from this machine's, in words; null where it is not. `told`: what it said (milliseconds since the epoch) when
 * asked between `before` and `after` by our clock. `grainMs`: it tells no finer times.
 */
export function skewWords(
  { told, before, after }: { readonly told: number; readonly before: number; readonly after: number },
  grainMs = 0,
): string | null {
  const ahead = told - after
  const behind = before - (told + grainMs)
  if (ahead > TOLERATED_MS) return `${spanWords(ahead / 1_000)} ahead of this machine`
  if (behind > TOLERATED_MS) return `${spanWords(behind / 1_000)} behind this machine`
  return null
}
