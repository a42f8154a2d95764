export interface Choice {
  id: string
  group: string
  name: string
  /** Other words under which it is found. */
  also: string
}

/** The choices in which every word of `text` occurs, those whose name begins with it first. */
export const findChoices = <C extends Choice>(choices: readonly C[], text: string): C[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = choices.filter(({ group, name, also }) => {
    const all = `${group} ${name} ${also}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  const rank = ({ name }: C) => (name.toLowerCase().startsWith(words.join(' ')) ? 0 : 1)
  return found.toSorted((a, b) => rank(a) - rank(b))
}
