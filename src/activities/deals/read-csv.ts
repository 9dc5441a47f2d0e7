import { type CsvError, parse } from 'csv-parse/sync'
import type { RowProblem } from '../../core/property-table.ts'

/** The lines of a table; `line`: where each ends, from 1. */
export type CsvTable = {
  readonly header: readonly string[]
  readonly records: readonly { readonly line: number; readonly values: readonly string[] }[]
  readonly problems: readonly RowProblem[]
}

type Read = { readonly info: { readonly lines: number }; readonly record: readonly string[] }

/**
 * Reads a table of comma, semicolon or tab separated values in UTF-8. A line that is none of the table's costs only itself.
 * Gives back a text where it cannot be read at all: what is wrong, for people.
 */
export function readCsv(bytes: Uint8Array): CsvTable | string {
  const text = decoded(bytes)
  if (text === null) return 'It is not in UTF-8: save it as “CSV UTF-8”'
  const problems: RowProblem[] = []
  let isOpen = false
  const read = parse(text, {
    bom: true,
    delimiter: delimiterOf(text),
    info: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error?.code === 'CSV_QUOTE_NOT_CLOSED') isOpen = true
      else problems.push(problemOf(error))
    },
  }) as unknown as readonly Read[]
  const [header, ...rows] = read
  if (isOpen) return `A quote is opened and not closed again, after line ${read.at(-1)?.info.lines ?? 0}`
  if (header === undefined) return 'It is empty'
  const records = rows.map(({ info, record }) => ({ line: info.lines, values: record }))
  return { header: header.record, records, problems }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The one that stands most often in the first line, where words may have commas too; spreadsheets of some countries write semicolons. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n/u, 1)
  const counted = ['\t', ';', ','].map((mark) => ({ mark, count: first.split(mark).length }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).mark
}

/** Without what stands in the line. */
function problemOf(error: CsvError | undefined): RowProblem {
  const line = typeof error?.lines === 'number' ? error.lines : 0
  const isLength = error?.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'
  return {
    line,
    problem: isLength ? 'it has not as many values as the first line' : 'its quotes do not match',
  }
}
