/** After so many failures in a row a member is left alone … */
const failuresMax = 5
/** … for so long; then one request finds out. */
const restMs = 10_000

/**
 * What is known of a member from the requests that it got: how many are there now, whether they fail, whose turn it is.
 * It outlives changes of the catalogue; whoever supplies a member keeps its load, and reads it.
 */
export class MemberLoad {
  #inFlight = 0
  #failures = 0
  #restsUntilMs = 0
  #began = 0
  #turn = 0

  /** Requests that are there now. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Where its last request stood in the order of the pool; `turn` is where its next stands at the earliest. */
  get began(): number {
    return this.#began
  }

  get turn(): number {
    return this.#turn
  }

  begin(): void {
    this.#inFlight++
  }

  end(): void {
    this.#inFlight--
  }

  /** It gave an answer, if only that the request is wrong. */
  answered(): void {
    this.#failures = 0
  }

  /** It gave none, or broke off. @returns whether the circuit opened with this failure */
  failed(nowMs: number): boolean {
    this.#failures++
    if (this.#failures >= failuresMax) this.#restsUntilMs = nowMs + restMs
    return this.#failures === failuresMax
  }

  /** Whether its circuit is open: others are asked instead, where there are any. */
  rests(nowMs: number): boolean {
    return this.#failures >= failuresMax && nowMs < this.#restsUntilMs
  }

  /**
   * It gets the next request. One that rested gets this one alone until its answer, or the next rest, is over.
   * @param at where the request stands in the order of the pool; the greater the weight, the sooner the next
   */
  chosen(at: number, weight: number, nowMs: number): void {
    this.#began = at
    this.#turn = at + 1 / weight
    if (this.#failures >= failuresMax) this.#restsUntilMs = nowMs + restMs
  }
}
