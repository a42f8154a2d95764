/** Reads of the address bar: what is there is what someone typed, so anything unknown is left out. */
const optionalText = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' && value.length <= 2000 ? value : undefined
}

/** Reads only these names, each as text. */
export const textSearch =
  <const Name extends string>(...names: readonly Name[]) =>
  (search: Record<string, unknown>): { [name in Name]?: string | undefined } =>
    Object.fromEntries(names.map((name) => [name, optionalText(search[name])])) as {
      [name in Name]?: string | undefined
    }

const oneOf = <const T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((known) => known === value)

export const keyStates = ['active', 'rotating', 'revoked', 'expired'] as const
export const keyStateOf = (value: unknown) => oneOf(keyStates, value)

export interface KeySearch {
  search?: string | undefined
  state?: (typeof keyStates)[number] | undefined
  /** Keys of the playground are shown too. */
  playground?: boolean | undefined
  /** The dialog that creates a key is open. */
  create?: boolean | undefined
}

export const keySearchOf = (search: Record<string, unknown>): KeySearch => ({
  search: optionalText(search['search']),
  state: keyStateOf(search['state']),
  playground: search['playground'] === true ? true : undefined,
  create: search['create'] === true ? true : undefined,
})

export const requestStates = ['waiting', 'running', 'held', 'done', 'denied', 'cancelled'] as const
export const requestStateOf = (value: unknown) => oneOf(requestStates, value)

export const requestKinds = [
  'access',
  'export',
  'rectification',
  'erasure',
  'restriction',
  'objection',
  'appeal',
] as const
export const requestKindOf = (value: unknown) => oneOf(requestKinds, value)

export interface RequestSearch {
  state?: (typeof requestStates)[number] | undefined
  kind?: (typeof requestKinds)[number] | undefined
  /** Only those that are not over. */
  open?: boolean | undefined
}

export const requestSearchOf = (search: Record<string, unknown>): RequestSearch => ({
  state: requestStateOf(search['state']),
  kind: requestKindOf(search['kind']),
  open: search['open'] === true ? true : undefined,
})

export const approvalKinds = ['opt-in', 'written-approval'] as const
export const approvalKindOf = (value: unknown) => oneOf(approvalKinds, value)
export const forceOf = (value: unknown) => oneOf(['true', 'false'], value)

export interface TrainingSearch {
  organisation?: string | undefined
  kind?: (typeof approvalKinds)[number] | undefined
  inForce?: 'true' | 'false' | undefined
  /** The dialog that records an approval is open. */
  create?: boolean | undefined
}

export const trainingSearchOf = (search: Record<string, unknown>): TrainingSearch => ({
  organisation: optionalText(search['organisation']),
  kind: approvalKindOf(search['kind']),
  inForce: forceOf(String(search['inForce'])),
  create: search['create'] === true ? true : undefined,
})

/** Reads whether the dialog that creates something is open. */
export const createSearchOf = (search: Record<string, unknown>): { create?: boolean | undefined } => ({
  create: search['create'] === true ? true : undefined,
})

export interface OverviewSearch {
  /** The person has just accepted an invitation to the project's organisation. */
  joined?: boolean | undefined
}

export const overviewSearchOf = (search: Record<string, unknown>): OverviewSearch => ({
  joined: search['joined'] === true ? true : undefined,
})

export const usageRanges = ['24h', '7d', '30d', '90d', 'custom'] as const
export type UsageRange = (typeof usageRanges)[number]
export const usageGroups = ['hour', 'day', 'model', 'key'] as const

export interface UsageSearch {
  range?: UsageRange | undefined
  by?: (typeof usageGroups)[number] | undefined
  of?: 'organisation' | undefined
  /** Dates (UTC, inclusive) of a custom range. */
  from?: string | undefined
  to?: string | undefined
  model?: string | undefined
  key?: string | undefined
}

const dateOf = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined

export interface LiveSearch {
  by?: 'model' | 'key' | 'endpoint' | undefined
}

export const liveSearchOf = (search: Record<string, unknown>): LiveSearch => ({
  by: oneOf(['model', 'key', 'endpoint'], search['by']),
})

export const usageSearchOf = (search: Record<string, unknown>): UsageSearch => ({
  range: oneOf(usageRanges, search['range']),
  by: oneOf(usageGroups, search['by']),
  of: oneOf(['organisation'], search['of']),
  from: dateOf(search['from']),
  to: dateOf(search['to']),
  model: optionalText(search['model']),
  key: optionalText(search['key']),
})
