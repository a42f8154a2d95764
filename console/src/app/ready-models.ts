import type { Model } from './views.ts'

/** Models of this machine before those of another server, and toys last: a smaller number comes first. */
const rank = ({ toy, served }: Model): number => {
  if (toy) return 2
  return served === 'embedded' ? 0 : 1
}

/** The models that answer now, the one to begin with first. */
export const readyModels = (models: readonly Model[]): Model[] =>
  models.filter(({ state }) => state === 'ready').toSorted((a, b) => rank(a) - rank(b))
