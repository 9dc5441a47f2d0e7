import { describe, expect, it } from 'vitest'
import { readReference } from './task-reference.ts'

const todoist = { kind: 'task', provider: 'todoist', id: '6fwgQ6WMCPv5xRR4' }
const fubTask = { kind: 'task', provider: 'follow-up-boss', id: '4066' }

describe('what somebody asks about', () => {
  it.each([
    ['81', { kind: 'any', id: '81' }],
    [' 6fwgQ6WMCPv5xRR4 ', { kind: 'any', id: '6fwgQ6WMCPv5xRR4' }],
    ['pair/81', { kind: 'pair', id: '81' }],
    ['task/81', { kind: 'pair', id: '81' }],
    ['dealbridge: follow-up-boss/task/4066', fubTask],
    ['todoist/task/6fwgQ6WMCPv5xRR4', todoist],
    [
      'local/task/0b6f1e5c-1f3a-4a39-9d0e-6a4f0f1a2b3c',
      { kind: 'task', provider: 'local', id: '0b6f1e5c-1f3a-4a39-9d0e-6a4f0f1a2b3c' },
    ],
    ['https://app.todoist.com/app/task/6fwgQ6WMCPv5xRR4', todoist],
    ['https://app.todoist.com/app/task/call-dana-6fwgQ6WMCPv5xRR4', todoist],
    ['https://app.todoist.com/app/project/6Xq/task/6fwgQ6WMCPv5xRR4?utm=1', todoist],
    ['todoist://task?id=6fwgQ6WMCPv5xRR4', todoist],
    ['https://todoist.com/showTask?id=6fwgQ6WMCPv5xRR4', todoist],
    [
      'https://acme.followupboss.com/2/people/view/4711#tasks',
      { kind: 'person', provider: 'follow-up-boss', id: '4711' },
    ],
    ['https://api.followupboss.com/v1/tasks/4066', fubTask],
    ['https://dav.example.com/dana/home/a%40b.ics', { kind: 'task', provider: 'caldav', id: 'a@b' }],
  ])('%s', (text, reference) => {
    expect(readReference(text)).toEqual(reference)
  })

  it.each(['', 'Call Dana', 'https://example.com/task/5'])('“%s” names nothing', (text) => {
    expect(readReference(text)).toBeNull()
  })
})
