import { describe, expect, it } from 'vitest'
import { dealChange, fieldFlag, stageFlag } from './deal-flags.ts'

describe('flags about deals', () => {
  it('say nothing where none is given, and turn deals on or off', () => {
    expect(dealChange({})).toBeUndefined()
    expect(dealChange({ deals: 'on' })).toEqual({})
    expect(dealChange({ deals: 'off' })).toBeNull()
  })

  it('say where deals of a stage lie', () => {
    const homes = [
      'Closed=create: Past clients = 🎉',
      'Offer = same-as: Showing',
      'Lost=none',
      'A=use:My leads',
    ]
    const stage = homes.reduce<ReturnType<typeof stageFlag>>((all, text) => stageFlag(text, all), [])
    expect(dealChange({ stage, general: 'Rest' })).toEqual({
      general: 'Rest',
      stages: {
        Closed: { create: 'Past clients = 🎉' },
        Offer: { 'same-as': 'Showing' },
        Lost: 'none',
        A: { use: 'My leads' },
      },
    })
  })

  it('say which field holds what', () => {
    const dealField = fieldFlag('city=none', fieldFlag('address=Property Address'))
    expect(dealChange({ dealField })).toEqual({ dealFields: { address: 'Property Address', city: null } })
  })

  it.each(['Offer', '=none', 'Offer=there', 'Offer=create:'])('does not take %s', (text) => {
    expect(() => stageFlag(text)).toThrow('where its deals lie')
  })

  it.each(['town=x', 'city=', 'city'])('does not take %s for a field', (text) => {
    expect(() => fieldFlag(text)).toThrow('what it holds')
  })

  it('does not take a name that is none', () => {
    expect(() => dealChange({ general: ' ' })).toThrow('general')
  })
})
