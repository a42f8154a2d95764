/** Where a client of others finds a running Avow. */
export interface Address {
  readonly url: string
  readonly apiKey: string
}

export const question = 'What colour is the sky?'

/** The last message of a request, which tells the mock what to do. */
export const asks = (script: object): string => JSON.stringify(script)

export interface Colour {
  readonly colour: 'blue'
}

/** Leaves a model one answer. */
export const colourSchema = {
  type: 'object' as const,
  properties: { colour: { type: 'string' as const, enum: ['blue'] } },
  required: ['colour'],
  additionalProperties: false,
}

/** What the tool `weather` takes. */
export const placeSchema = {
  type: 'object' as const,
  properties: { place: { type: 'string' as const } },
  required: ['place'],
  additionalProperties: false,
}
