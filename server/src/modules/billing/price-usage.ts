const tokensPerPrice = 1_000_000n
const half = tokensPerPrice / 2n

/**
 * What tokens cost, in micro-units: prices are micro-units per million tokens. The sum of both kinds is rounded once a
 * request, half up, so that totals are exact sums of what each request shows.
 */
export const priceUsage = (
  usage: { readonly promptTokens: number; readonly completionTokens: number },
  prices: { readonly promptMicrosPerMillion: bigint; readonly completionMicrosPerMillion: bigint },
): bigint => {
  if (prices.promptMicrosPerMillion === 0n && prices.completionMicrosPerMillion === 0n) return 0n
  const exact =
    BigInt(usage.promptTokens) * prices.promptMicrosPerMillion +
    BigInt(usage.completionTokens) * prices.completionMicrosPerMillion
  return (exact + half) / tokensPerPrice
}
