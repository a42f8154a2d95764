import { batchPrices } from '../../billing/index.ts'
import type { ModelRoute } from './model-route.ts'

/** Micro-units as a decimal number of the currency: 250000 is "0.25". */
const decimal = (micros: bigint): string => {
  const [whole, rest] = [
    micros / 1_000_000n,
    String(micros % 1_000_000n)
      .padStart(6, '0')
      .replace(/0+$/, ''),
  ]
  return rest === '' ? String(whole) : `${whole}.${rest}`
}

/** Prices as they are written. */
const pricesOf = (prices: Pick<ModelRoute, 'promptMicrosPerMillion' | 'completionMicrosPerMillion'>) => ({
  prompt_per_million_tokens: decimal(prices.promptMicrosPerMillion),
  completion_per_million_tokens: decimal(prices.completionMicrosPerMillion),
})

/** Every third party that may see a model's requests: each only those of organisations that accepted it. */
export const providersOf = ({ members }: Pick<ModelRoute, 'members'>): string[] => [
  ...new Set(members.flatMap(({ provider }) => provider ?? [])),
]

/** Where its requests may go, each place once. */
const placesOf = ({ members }: Pick<ModelRoute, 'members'>) => [
  ...new Map(
    members.map(({ provider, country }) => [`${provider} ${country}`, { provider, country }] as const),
  ).values(),
]

/** A model as OpenAI's API lists it, and beyond that what one wants to know before sending it anything. */
export const viewOfRoute = (route: ModelRoute) => {
  const [first] = route.members
  const places = placesOf(route)
  return {
    id: route.id,
    object: 'model',
    created: Math.floor(route.createdAtMs / 1000),
    owned_by: first.provider ?? 'avow',
    context_length: route.contextTokens,
    licence: route.licence,
    country: first.country,
    provider: first.provider,
    third_party: places.some(({ provider }) => provider !== null),
    places,
    pricing: {
      currency: route.currency,
      ...pricesOf(route),
      batch: pricesOf(batchPrices(route)),
    },
  }
}
