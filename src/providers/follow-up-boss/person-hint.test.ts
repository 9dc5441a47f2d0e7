import { expect, test } from 'vitest'
import { personHint } from './person-hint.ts'

const URL = 'https://example.followupboss.com/2/people/view/5001'

test.each([
  ['Call Tom', ['call', 'person-5001'], { by: { id: '5001' }, title: 'Call Tom', label: 'person-5001' }],
  ['Call Tom [Ann Lee]', ['person-7'], { by: { id: '7' }, title: 'Call Tom [Ann Lee]', label: 'person-7' }],
  ['Call fub:5001 today', [], { by: { id: '5001' }, title: 'Call today', label: null }],
  ['fub:5001 Call', [], { by: { id: '5001' }, title: 'Call', label: null }],
  ['Call FUB:5001, then mail', [], { by: { id: '5001' }, title: 'Call, then mail', label: null }],
  ['Call  twice fub:5001', [], { by: { id: '5001' }, title: 'Call  twice', label: null }],
  [`Call ${URL} today`, [], { by: { id: '5001' }, title: 'Call today', label: null }],
  [`Call ${URL}?tab=notes#x`, [], { by: { id: '5001' }, title: 'Call', label: null }],
  [`Call (${URL})`, [], { by: { id: '5001' }, title: 'Call ()', label: null }],
  [`Call [Tom Baker](${URL}) today`, [], { by: { id: '5001' }, title: 'Call Tom Baker today', label: null }],
  [`Call [${URL}](${URL})`, [], { by: { id: '5001' }, title: 'Call', label: null }],
  ['Call about roof [Tom Baker]', [], { by: { name: 'Tom Baker' }, title: 'Call about roof', label: null }],
  ['Pay [x] [ Ann Lee ] ', [], { by: { name: 'Ann Lee' }, title: 'Pay [x]', label: null }],
])('%s %j', (title, labels, hint) => {
  expect(personHint({ title, labels })).toEqual(hint)
})

test.each([
  ['Call Tom', ['person', 'person-', 'person-0', 'person-5x', 'my-person-5']],
  ['Call [Tom Baker] today', []],
  ['Read [this](https://example.com/2/people/view/5001)', []],
  ['Call []', []],
  ['Call [ ]', []],
  ['xfub:5001 fub:0 fub:5a', []],
  ['https://example.followupboss.com/2/deals/view/5001', []],
])('nobody is named in %s %j', (title, labels) => {
  expect(personHint({ title, labels })).toBeNull()
})
