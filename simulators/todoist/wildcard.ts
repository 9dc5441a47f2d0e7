import { requiredArgument } from './errors.ts'

/** The test of `?query=`: part of the name, letter case ignored, `*` for any run of characters. */
export function matcher(query: URLSearchParams): (name: string) => boolean {
  const text = query.get('query') ?? ''
  if (text === '') throw requiredArgument('query')
  const source = text.replace(/[.+?^$()|[\]{}\\]/g, '\\$&').replaceAll('*', '.*')
  const pattern = new RegExp(source, 'i')
  return (name) => pattern.test(name)
}
