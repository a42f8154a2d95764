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

/** A model as OpenAI's API lists it, and beyond that what one wants to know before sending it anything. */
export const viewOfRoute = (route: ModelRoute) => ({
  id: route.id,
  object: 'model',
  created: Math.floor(route.createdAtMs / 1000),
  owned_by: route.provider ?? 'avow',
  context_length: route.contextTokens,
  licence: route.licence,
  country: route.country,
  provider: route.provider,
  third_party: route.provider !== null,
  pricing: {
    currency: route.currency,
    prompt_per_million_tokens: decimal(route.promptMicrosPerMillion),
    completion_per_million_tokens: decimal(route.completionMicrosPerMillion),
  },
})
