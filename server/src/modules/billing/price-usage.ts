const tokensPerPrice = 1_000_000n
const half = tokensPerPrice / 2n
/** Up to this price and this many tokens the sum is exact in a double. */
const priceMaxInDouble = 1_000_000_000n
const tokensMaxInDouble = 1_000_000

interface Prices {
  readonly promptMicrosPerMillion: bigint
  readonly completionMicrosPerMillion: bigint
}

/**
 * What tokens cost, in micro-units: prices are micro-units per million tokens. The sum of both kinds is rounded once a
 * request, half up, so that totals are exact sums of what each request shows.
 */
export const priceUsage = (
  usage: { readonly promptTokens: number; readonly completionTokens: number },
  { promptMicrosPerMillion, completionMicrosPerMillion }: Prices,
): bigint => {
  const { promptTokens, completionTokens } = usage
  if (
    promptMicrosPerMillion <= priceMaxInDouble &&
    completionMicrosPerMillion <= priceMaxInDouble &&
    promptTokens + completionTokens <= tokensMaxInDouble
  ) {
    const sum = promptTokens * Number(promptMicrosPerMillion) + completionTokens * Number(completionMicrosPerMillion)
    return BigInt(Math.floor((sum + 500_000) / 1_000_000))
  }
  const exact = BigInt(promptTokens) * promptMicrosPerMillion + BigInt(completionTokens) * completionMicrosPerMillion
  return (exact + half) / tokensPerPrice
}
