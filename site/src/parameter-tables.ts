import { engineParameters, type Parameter, type Parameters, responsesParameters } from '@avow/contract'

const words: Readonly<Record<Parameter['support'], string>> = {
  passed: 'passed to the model’s server as it is',
  obeyed: 'yes',
  accepted: 'accepted, without effect',
  refused: 'refused',
}

const taken = (value: unknown): string => `\`${JSON.stringify(value)}\` is taken`

const saidOf = ({ support, note, idle }: Parameter): string => {
  const about = note === undefined ? words[support] : `${words[support]}: ${note}`
  return idle === undefined ? about : `${about.replace(/\.$/, '')}; ${taken(idle)}`
}

const groups: readonly Parameter['support'][] = ['obeyed', 'passed', 'accepted', 'refused']

/** One row for all parameters of which the same is said; those that are refused come last. */
const tableOf = (parameters: Parameters): string => {
  const rows = new Map<string, string[]>()
  for (const group of groups)
    for (const [name, parameter] of Object.entries(parameters))
      if (parameter.support === group) {
        const said = saidOf(parameter)
        rows.set(said, [...(rows.get(said) ?? []), `\`${name}\``])
      }
  const lines = [...rows].map(([said, names]) => `| ${names.join(', ')} | ${said.replaceAll('|', '\\|')} |`)
  return ['| Parameter | |', '|---|---|', ...lines].join('\n')
}

const tables: Readonly<Record<string, Parameters>> = { responses: responsesParameters, engine: engineParameters }

/** What is supported of an API, from the contract. */
export const parameterTable = (of: string): string => {
  const parameters = tables[of]
  if (parameters === undefined) throw new Error(`the contract has no parameters of ${of}`)
  return tableOf(parameters)
}
