import { expect } from 'vitest'
import type { Observation } from '../../src/providers/contract.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'

/** The error of a call that must fail: a ProviderError, for nothing else may be thrown. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error, 'the call must fail, with a ProviderError').toBeInstanceOf(ProviderError)
  return error as ProviderError
}

/** What a call gives, or its failure. */
export async function attempt<T>(call: Promise<T>): Promise<T | ProviderError> {
  try {
    return await call
  } catch (error) {
    expect(error, 'nothing but a ProviderError may be thrown').toBeInstanceOf(ProviderError)
    return error as ProviderError
  }
}

export function only<T>(all: readonly T[]): T {
  expect(all, 'exactly one').toHaveLength(1)
  return all[0] as T
}

export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Missing: ${what}`)
  return value
}

export const presentIds = (seen: Iterable<Observation>): string[] =>
  [...seen].flatMap((one) => (one.kind === 'present' ? one.remoteId : []))
