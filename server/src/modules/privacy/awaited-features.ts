import type { Category, RetentionClass } from '@avow/policy'

/** What makes data of a kind for which nothing has a place yet, by category or class of rows. */
const features: { readonly [K in Category | RetentionClass]?: string } = {
  'billing.payment': 'payments',
  'usage.compute': 'instances',
  'usage.command': 'instances',
  'content.workspace': 'workspaces',
  workspace: 'workspaces',
  'content.training': 'fine-tuning',
  training: 'fine-tuning',
  'content.published': 'a marketplace',
}

/** Why nothing of these kinds is held, by the names of the features that would hold it. */
export const awaiting = (kinds: readonly (Category | RetentionClass)[]): string => {
  const missing = [...new Set(kinds.flatMap((kind) => features[kind] ?? []))]
  return missing.length === 0 ? 'not built yet' : `not built yet: ${missing.join(', ')}`
}
