import { describe, expect, it } from 'vitest'
import { readCsv } from './read-csv.ts'

const read = (text: string) => readCsv(new TextEncoder().encode(text))

describe('a table from a file', () => {
  it('has its values, and where each line ends', () => {
    expect(read('\uFEFFStreet,Note\r\n"1 Elm, St","a ""b"""\r\n\r\n,\r\n"2\nElm",\r\n')).toEqual({
      header: ['Street', 'Note'],
      records: [
        { line: 2, values: ['1 Elm, St', 'a "b"'] },
        { line: 6, values: ['2\nElm', ''] },
      ],
      problems: [],
    })
  })

  it.each([';', '\t'])('may be separated by %j', (mark) => {
    expect(read(`Street${mark}Note, if any\n1${mark}2`)).toMatchObject({
      header: ['Street', 'Note, if any'],
      records: [{ line: 2, values: ['1', '2'] }],
    })
  })

  it('loses only the lines that are none of its own', () => {
    expect(read('a,b\n1,2\n3\n4,5,6\nx"y,7\n8,9\n')).toEqual({
      header: ['a', 'b'],
      records: [
        { line: 2, values: ['1', '2'] },
        { line: 6, values: ['8', '9'] },
      ],
      problems: [
        { line: 3, problem: 'it has not as many values as the first line' },
        { line: 4, problem: 'it has not as many values as the first line' },
        { line: 5, problem: 'its quotes do not match' },
      ],
    })
  })

  it.each([
    ['', 'It is empty'],
    ['\n \n', 'It is empty'],
    ['a,b\n1,2\n"3,4\n5,6\n', 'A quote is opened and not closed again, after line 2'],
  ])('cannot be read from %j', (text, words) => {
    expect(read(text)).toBe(words)
  })

  it('cannot be read where it is in another encoding', () => {
    expect(readCsv(Buffer.from('Straße', 'latin1'))).toContain('not in UTF-8')
  })
})
