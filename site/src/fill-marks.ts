const mark = /^<!-- fill (\w+)((?: \S+)*) -->$/gm

/**
 * Replaces each line `<!-- fill NAME ARGUMENT... -->` by what the filler of that name gives.
 * @throws when there is no such filler: a page would silently miss its main part
 */
export const fillMarks = (text: string, fillers: Readonly<Record<string, (...args: string[]) => string>>): string =>
  text.replaceAll(mark, (_, name: string, rest: string) => {
    const filler = fillers[name]
    if (filler === undefined) throw new Error(`nothing fills the mark ${name}`)
    return filler(...rest.trim().split(' '))
  })
