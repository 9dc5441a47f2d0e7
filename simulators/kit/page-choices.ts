/**
 * Browser code of the shell's selects: what else of a task or a group the user may choose. A select that has the focus is
 * left alone, so that a list does not close while somebody reads it.
 */
export const PAGE_CHOICES = `
function fillOptions(select, options, chosen) {
  const key = JSON.stringify(options)
  if (select.dataset.key !== key) {
    select.replaceChildren(...options.map((option) => element('option', { value: option.id, textContent: option.label })))
    select.dataset.key = key
  }
  if (chosen !== undefined) select.value = String(chosen)
}
function choiceBox(choose) {
  const box = element('span', { className: 'choices' })
  const known = new Map()
  const make = (id) => {
    const words = element('small')
    const select = element('select', { className: 'choice' })
    select.onchange = () => choose(id, select.value)
    return { node: element('label', {}, words, select), words, select }
  }
  const show = (choices) => {
    const ids = new Set(choices.map((choice) => choice.id))
    for (const [id, one] of known) if (!ids.has(id)) { one.node.remove(); known.delete(id) }
    for (const choice of choices) {
      if (!known.has(choice.id)) { known.set(choice.id, make(choice.id)); box.append(known.get(choice.id).node) }
      const { words, select } = known.get(choice.id)
      words.textContent = choice.label + ' '
      select.ariaLabel = choice.label
      if (document.activeElement !== select) fillOptions(select, choice.options, choice.value)
    }
  }
  return { box, show }
}
`
