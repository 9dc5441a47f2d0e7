import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('defaults and all options', () => {
  expect(readOptions([])).toEqual({
    fubPort: 4101,
    todoistPort: 4102,
    data: 'demo',
    todoistTasks: undefined,
    seed: undefined,
    state: undefined,
    keys: null,
    host: '127.0.0.1',
    help: false,
  })
  const args = [
    '--fub-port',
    '0',
    '--todoist-port=0',
    '--data',
    '500',
    '--todoist-data',
    '700',
    '--seed',
    '9',
    '--state',
    'kept',
    '--keys',
    'a,b',
    '--host',
    '0.0.0.0',
  ]
  expect(readOptions(args)).toEqual({
    fubPort: 0,
    todoistPort: 0,
    data: 500,
    todoistTasks: 700,
    seed: 9,
    state: 'kept',
    keys: ['a', 'b'],
    host: '0.0.0.0',
    help: false,
  })
})

test.each([
  [['--fub-port', '99999'], '--fub-port'],
  [['--todoist-port', 'x'], '--todoist-port'],
  [['--seed', '-1'], '--seed'],
  [['--data', 'lots'], '--data'],
  [['--todoist-data', 'demo'], '--todoist-data'],
  [['--todoist-data', '75001'], '--todoist-data'],
  [['--state', ''], '--state'],
  [['--data', '2000000'], '--data'],
  [['--colour', 'red'], '--colour'],
])('%j is refused by name', (args, name) => {
  expect(readOptions(args)).toContain(name)
})
