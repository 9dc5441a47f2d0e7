import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { routeFileChange } from './route-file.ts'

function refused(content: string): readonly string[] {
  try {
    routeFileChange(content, 'route.yaml')
  } catch (error) {
    return (error as { hints: readonly string[] }).hints
  }
  return []
}

describe('a route file', () => {
  it('may be empty, and says nothing then', () => {
    expect(routeFileChange('', 'route.yaml')).toEqual({ deletes: {} })
    expect(routeFileChange('# nothing yet\n', 'route.yaml')).toEqual({ deletes: {} })
  })

  it('says where the deals of each stage lie', () => {
    const content = `
direction: both
deletes: { right: propagate }
general: 📌 Everything else
layout: stage
others: general
stages:
  Showing: create
  Closed:
    create: Past clients
  Offer: { same-as: Showing }
  Leads: { use: My leads }
  12: none
dealFields:
  address: Property Address
  city: null
`
    expect(routeFileChange(content, 'route.yaml')).toEqual({
      direction: 'both',
      deletes: { right: 'propagate' },
      deals: {
        general: '📌 Everything else',
        layout: 'stage',
        others: 'general',
        stages: {
          Showing: 'create',
          Closed: { create: 'Past clients' },
          Offer: { 'same-as': 'Showing' },
          Leads: { use: 'My leads' },
          12: 'none',
        },
        dealFields: { address: 'Property Address', city: null },
      },
    })
  })

  it('holds tables of labels and facts, those of the examples too', () => {
    const example = readFileSync(new URL('../../docs/examples/counties.json', import.meta.url), 'utf8')
    const indented = example.replace(/^/gmu, '    ')
    const content = `labels:\n  counties:\n${indented}\npropertyFacts: {file: /srv/facts.csv}\n`
    expect(routeFileChange(content, 'route.yaml')).toMatchObject({
      deals: {
        labels: { counties: JSON.parse(example) },
        propertyFacts: { file: '/srv/facts.csv' },
      },
    })
    expect(refused('labels:\n  counties:\n    Arden: 4\n')[0]).toMatch(/line 3: labels\.counties\.Arden/)
  })

  it('turns deals off, or on as they are by default', () => {
    expect(routeFileChange('deals: false', 'route.yaml')).toEqual({ deletes: {}, deals: null })
    expect(routeFileChange('deals: true', 'route.yaml')).toEqual({ deletes: {}, deals: {} })
  })

  it('is told by line what is not understood', () => {
    expect(refused('direction: both\nstage:\n  Showing: none\n')).toEqual([
      'route.yaml, line 2: nobody knows stage; do you mean stages?',
    ])
    expect(refused('general: X\nstages:\n  Showing: create\n  Offer: { move: there }\n')).toEqual([
      expect.stringMatching(/^route\.yaml, line 4: stages\.Offer: is create, create: <name/),
    ])
    expect(refused('layout: rows\n')).toEqual([expect.stringMatching(/^route\.yaml, line 1: layout: /)])
    expect(refused('stages:\n\t- x\n')[0]).toMatch(/^route\.yaml, line 2: /)
    expect(refused('- a\n')).toEqual([expect.stringContaining('the file: ')])
  })

  it('has checklists; what is wrong in one is told by its line', () => {
    const content = (...items: readonly string[]) =>
      ['templates:', '  Inspection:', '    stage: Under Contract', '    items:', ...items, ''].join('\n')
    const good = content('      - title: Order it', '        due: entry+3d', '        priority: 1')
    expect(routeFileChange(good, 'route.yaml').deals).toEqual({
      templates: {
        Inspection: {
          stage: 'Under Contract',
          items: [{ title: 'Order it', due: 'entry+3d', priority: 1 }],
        },
      },
    })
    expect(routeFileChange('templates:\n  Old: null\n', 'route.yaml').deals).toEqual({
      templates: { Old: null },
    })
    const item = ['      - title: One', '      - title: Two']
    expect(refused(content(...item, '        due: tomorrow'))).toEqual([
      expect.stringMatching(/^route\.yaml, line 7: templates\.Inspection\.items\.1\.due: is entry\+3d \(/u),
    ])
    expect(refused(content(...item, '        labels: [no-sync]'))).toEqual([
      expect.stringMatching(/^route\.yaml, line 7: .*labels\.0: is a label that has a meaning of its own/u),
    ])
    expect(refused(content(...item, '      - notes: nothing'))).toEqual([
      expect.stringMatching(/^route\.yaml, line 7: templates\.Inspection\.items\.2\.title: /u),
    ])
    expect(
      refused(
        content('      - {title: A, key: a}', '      - title: B', '        key: a', '        when: soon'),
      ),
    ).toEqual([
      'route.yaml, line 8: nobody knows templates.Inspection.items.1.when',
      'route.yaml, line 7: templates.Inspection.items.1.key: an earlier item is called a',
    ])
    expect(refused('templates:\n  Inspection:\n    stage: Offer\n    items: []\n')).toEqual([
      'route.yaml, line 4: templates.Inspection.items: has nothing in it',
    ])
  })
})
