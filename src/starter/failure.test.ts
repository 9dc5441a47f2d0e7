import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { UserError } from '../config/errors.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { describeFailure } from './failure.ts'

describe('a command that fails', () => {
  it('says what is wrong and what to do, with the exit code of the error', () => {
    const error = new UserError({ code: 'X', message: 'It is off.', hints: ['Turn it on.'], exitCode: 4 })
    expect(describeFailure(error, false)).toEqual({ lines: ['It is off.', 'Turn it on.'], exitCode: 4 })
  })

  it('shows where it happened only when asked', () => {
    const cause = new Error('the wire is cut')
    const error = new UserError({ code: 'X', message: 'It is off.', cause })
    const { lines } = describeFailure(error, true)
    expect(lines.join('\n')).toContain('Caused by: Error: the wire is cut\n    at ')
    expect(describeFailure(error, false).lines.join('\n')).not.toContain('    at ')
  })

  it('for a reason of its own exits 1 and names the flag that tells more', () => {
    const { lines, exitCode } = describeFailure(new TypeError('x is undefined'), false)
    expect(exitCode).toBe(1)
    expect(lines).toEqual([
      'Failed: x is undefined',
      'The same command with --debug shows where it happened.',
    ])
  })

  it('because a service is away exits 4', () => {
    const away = new ProviderError({
      kind: 'transient',
      provider: 'todoist',
      message: 'no answer',
      hint: 'Wait.',
    })
    expect(describeFailure(away, false)).toEqual({ lines: ['todoist: no answer', 'Wait.'], exitCode: 4 })
  })

  it('because an account is paused or refuses its key exits 2, and names the command as it is typed', () => {
    const hint = 'To go on: "dealbridge connect retry work"'
    const paused = new ProviderError({ kind: 'auth', provider: 'todoist', message: 'work is paused', hint })
    expect(describeFailure(paused, false)).toEqual({
      lines: ['todoist: work is paused', 'To go on: "npx dealbridge connect retry work"'],
      exitCode: 2,
    })
  })

  it('because it was called wrongly exits 2, and help is no failure', () => {
    expect(describeFailure(new CommanderError(1, 'commander.unknownOption', 'no'), false).exitCode).toBe(2)
    expect(describeFailure(new CommanderError(0, 'commander.helpDisplayed', 'ok'), false).exitCode).toBe(0)
  })
})
