import type { CompiledPolicy } from '@avow/policy'
import { createConnections } from '../egress/index.ts'
import { createEgressGate, type EgressGate, promptFields, type Recipient, type Sending } from './egress.ts'
import { createPlacementGate } from './placement.ts'

/** A recipient that may have the prompts of models; tests change what they are about. */
export const modelProvider = (more: Partial<Recipient> = {}): Recipient => ({
  id: 'example-ai',
  name: 'Example Ltd',
  role: 'processor',
  purposes: ['provide'],
  categories: ['content.inference'],
  ...more,
})

/** The prompts of a model whose server is there. */
export const promptsOf = (address: string, recipient: string | null = null): Sending => ({
  address,
  recipient,
  purpose: 'provide',
  fields: promptFields,
})

type Regions = CompiledPolicy['source']['regions']

/** The part of a policy that the outward gates read. */
export const outwardPolicy = (recipients: Recipient[], regions: Regions = { allowed: 'any' }) =>
  ({ source: { recipients, regions } }) as unknown as Pick<CompiledPolicy, 'source'>

/** An egress gate on such a policy, with the rules of what it refused. */
export const egressFor = (
  recipients: Recipient[] = [],
  regions?: Regions,
  here: string | null = null,
): EgressGate & { readonly refused: string[]; readonly connections: ReturnType<typeof createConnections> } => {
  const refused: string[] = []
  const note = (rule: string): void => void refused.push(rule)
  const policy = outwardPolicy(recipients, regions)
  const connections = createConnections(false)
  const gate = createEgressGate(policy, createPlacementGate(policy, here, note), connections, note)
  return { ...gate, refused, connections }
}
