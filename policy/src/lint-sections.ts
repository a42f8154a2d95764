/** Contradictions between the sections of a policy. */
import { lintAccounts } from './lint-accounts.ts'
import type { Remark } from './lint-policy.ts'
import type { Policy } from './parse-policy.ts'
import type { Category, RetentionClass } from './vocabulary.ts'

/** The classes of which at least one governs rows of a category; `system` holds nobody's data. */
const governedBy: Readonly<Record<Category, readonly RetentionClass[]>> = {
  'account.identity': ['account'],
  'account.contact': ['account'],
  'account.credentials': ['credentials', 'session', 'account'],
  'account.preferences': ['account'],
  'account.organisation': ['account'],
  'billing.payment': ['billing'],
  'billing.record': ['billing'],
  'usage.inference': ['usage.inference'],
  'usage.compute': ['usage.compute'],
  'usage.command': ['access.log', 'usage.compute'],
  'technical.network': ['access.log', 'session', 'security.log'],
  'technical.device': ['access.log', 'session', 'security.log'],
  'technical.log': ['access.log', 'security.log'],
  'security.log': ['security.log'],
  'content.inference': ['inference.body'],
  'content.batch': ['inference.batch'],
  'content.workspace': ['workspace'],
  'content.training': ['training'],
  'content.published': ['account', 'training'],
  correspondence: ['mail', 'inquiry'],
  'marketing.contact': ['marketing'],
  'consent.record': ['account', 'rights.request', 'evidence'],
  'rights.request': ['rights.request'],
  system: ['system', 'evidence'],
}

export function lintSections(policy: Policy): Remark[] {
  return [
    ...lintCategories(policy),
    ...lintPurposes(policy),
    ...lintRetention(policy),
    ...lintContent(policy),
    ...lintSecurity(policy),
    ...lintParties(policy),
    ...lintAccounts(policy),
  ]
}

function lintCategories(policy: Policy): Remark[] {
  const held = Object.keys(policy.categories) as Category[]
  return held
    .filter((name) => !governedBy[name].some((retention) => policy.retention[retention]))
    .map((name) => ({
      severity: 'error',
      path: ['categories', name],
      message: `${name} is held, but nothing says for how long`,
      hint: `give \`retention\` a period for ${governedBy[name].join(' or ')}`,
    }))
}

function lintPurposes(policy: Policy): Remark[] {
  const used = new Set(Object.values(policy.categories).flatMap((category) => category.purposes))
  return Object.entries(policy.purposes).flatMap(([name, purpose]) => {
    const path = ['purposes', name]
    const remarks: Remark[] = []
    if (![...used].some((item) => item === name))
      remarks.push({
        severity: 'warning',
        path,
        message: `no category is used for ${name}`,
        hint: 'name it in a category, or take the purpose away',
      })
    if (purpose.basis === 'consent' && purpose.consent !== 'opt-in') {
      remarks.push({
        severity: 'error',
        path,
        message: 'consent as a legal basis needs people to opt in',
        hint: 'write `consent: opt-in`, or another basis',
      })
    }
    if (purpose.basis !== 'consent' && purpose.consent === 'opt-in') {
      remarks.push({
        severity: 'warning',
        path,
        message: 'people opt in, but the legal basis is not consent',
        hint: 'write `basis: consent`',
      })
    }
    return remarks
  })
}

function lintRetention(policy: Policy): Remark[] {
  return Object.entries(policy.retention)
    .filter(([name, entry]) => entry.period === 'forever' && name !== 'system' && name !== 'evidence')
    .map(([name]) => ({
      severity: 'warning',
      path: ['retention', name, 'period'],
      message: `${name} may hold personal data and is kept for ever`,
      hint: 'state a period after which it goes',
    }))
}

function lintContent(policy: Policy): Remark[] {
  const remarks: Remark[] = []
  const held = policy.categories['content.inference'] !== undefined
  const period = policy.retention['inference.body'] !== undefined
  if (policy.bodies.store === 'never' && (held || period)) {
    const path = held ? ['categories', 'content.inference'] : ['retention', 'inference.body']
    remarks.push({
      severity: 'error',
      path,
      message: 'bodies are never stored, yet the policy holds them',
      hint: 'take this away, or let people opt in with `bodies.store: opt-in`',
    })
  }
  if (policy.bodies.store !== 'never' && !(held && period)) {
    remarks.push({
      severity: 'error',
      path: ['bodies', 'store'],
      message: 'bodies may be stored, but the policy does not hold them',
      hint: 'add the category content.inference and a period for inference.body',
    })
  }
  const trains = policy.purposes.training !== undefined
  if (trains !== (policy.training.customerContent !== 'never')) {
    const message = trains
      ? 'training is a purpose, yet customer content never trains a model'
      : 'customer content may train a model, yet training is no purpose'
    remarks.push({
      severity: 'error',
      path: ['training', 'customerContent'],
      message,
      hint: 'make `training` and `purposes` agree',
    })
  }
  return remarks
}

function lintSecurity(policy: Policy): Remark[] {
  const { passwordHash: hash, staffSecondFactor } = policy.security
  const remarks: Remark[] = []
  if (hash.algorithm === 'argon2id' && (hash.memoryKib < 19_456 || (hash.iterations < 2 && hash.memoryKib < 47_104))) {
    remarks.push({
      severity: 'warning',
      path: ['security', 'passwordHash'],
      message: 'this argon2id setting is weaker than usual advice',
      hint: 'use at least memoryKib 19456 with iterations 2',
    })
  }
  if (staffSecondFactor === 'optional') {
    remarks.push({
      severity: 'advice',
      path: ['security', 'staffSecondFactor'],
      message: 'staff may sign in with a password alone',
      hint: 'write `required`',
    })
  }
  if (policy.audience.minimumAge < 13) {
    remarks.push({
      severity: 'warning',
      path: ['audience', 'minimumAge'],
      message: 'services for children have duties of their own',
      hint: 'most policies use 13, 16 or 18',
    })
  }
  return remarks
}

function lintParties(policy: Policy): Remark[] {
  const { allowed, transfers = [] } = policy.regions
  const reachable = (country: string) =>
    allowed === 'any' || allowed.includes(country) || transfers.some((transfer) => transfer.to === country)
  const remarks: Remark[] = policy.recipients.flatMap(({ name, country }, index) =>
    country === undefined || reachable(country)
      ? []
      : [
          {
            severity: 'error' as const,
            path: ['recipients', index, 'country'],
            message: `${name} is in ${country}, where no data may go`,
            hint: 'add the country to `regions`, with a safeguard if it is a transfer',
          },
        ],
  )
  if (!policy.contacts.privacy)
    remarks.push({
      severity: 'warning',
      path: ['contacts'],
      message: 'nobody is named for questions about privacy',
      hint: 'add `privacy`',
    })
  return remarks
}
