import type { ApiDocument, Supported } from './openapi.ts'

const words: Readonly<Record<Supported['support'], string>> = {
  passed: 'passed to the model’s server as it is',
  obeyed: 'yes',
  accepted: 'accepted, without effect',
  refused: 'refused',
}

const taken = (value: unknown): string => `\`${JSON.stringify(value)}\` is taken`

const saidOf = ({ support, note, idle }: Supported): string => {
  const about = note === undefined ? words[support] : `${words[support]}: ${note}`
  return idle === undefined ? about : `${about.replace(/\.$/, '')}; ${taken(idle)}`
}

const groups: readonly Supported['support'][] = ['obeyed', 'passed', 'accepted', 'refused']

/** One row for all parameters of which the same is said; those that are refused come last. */
const tableOf = (parameters: Readonly<Record<string, Supported>>): string => {
  const rows = new Map<string, string[]>()
  for (const group of groups)
    for (const [name, parameter] of Object.entries(parameters))
      if (parameter.support === group) {
        const said = saidOf(parameter)
        rows.set(said, [...(rows.get(said) ?? []), `\`${name}\``])
      }
  const lines = [...rows].map(([said, names]) => `| ${names.join(', ')} | ${said.replaceAll('|', '\\|')} |`)
  return ['| Parameter | What becomes of it |', '|---|---|', ...lines].join('\n')
}

/** What is supported of an API, from the contract. @throws when it says nothing of that */
export const parameterTable = (document: ApiDocument, of: string): string => {
  const parameters = document['x-parameters'][of]
  if (parameters === undefined) throw new Error(`the contract has no parameters of ${of}`)
  return tableOf(parameters)
}
