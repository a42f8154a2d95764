import { harmless } from '../../terminal.ts'

interface Approval {
  readonly id: string
  readonly statement: string | null
  readonly inForce: boolean
  readonly counts: boolean
  readonly withdrawnAt: string | null
}

/** `counts`: in force, and enough for what the policy or a plan asks for. */
export const approvalState = ({ inForce, counts, withdrawnAt }: Approval): string => {
  if (inForce) return counts ? 'in force' : 'not enough'
  return withdrawnAt === null ? 'over' : 'withdrawn'
}

export const levelWords = (level: 'never' | 'written-approval' | 'opt-in', by: 'policy' | 'plan'): string => {
  const who = by === 'plan' ? 'the organisation’s plan' : 'the policy'
  if (level === 'never') return `Here ${who} lets no content of customers train a model.`
  return level === 'opt-in'
    ? `Here ${who} asks for an opt-in: avow training opt-in --content content.inference`
    : `Here ${who} asks for a signed approval, which an officer writes down.`
}

export const approvalText = ({ id, statement }: Approval): string => `${harmless(statement ?? '')}\nIts id is ${id}.\n`
