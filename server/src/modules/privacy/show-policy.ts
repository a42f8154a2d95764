import { contract } from '@avow/contract'
import { type CompiledPolicy, pageMarkdown, policyPage } from '@avow/policy'
import { type Route, route } from '../../platform/http/index.ts'

type Contact = NonNullable<CompiledPolicy['source']['contacts']['privacy']>

/** How a person reaches a contact. `account: operator` stands for the first staff account of the installation. */
const addressOf = (contact: Contact, operatorAddress: string | null): string | null =>
  contact.email ?? contact.page ?? contact.post ?? (contact.account === 'operator' ? operatorAddress : null)

/** Everything that browsers keep, cookies first. */
const browserItems = ({ essential, nonEssential, storage }: CompiledPolicy['source']['cookies']) => [
  ...[
    ...essential.map((item) => ({ item, needsConsent: false })),
    ...nonEssential.map((item) => ({ item, needsConsent: true })),
  ].map(({ item, needsConsent }) => ({ ...item, where: 'cookie' as const, needsConsent })),
  ...storage.map(({ key, where, use }) => ({ name: key, where, use, lifetime: null, needsConsent: false })),
]

/** The policy in force, as people may read it without an account. */
export const showPolicy = (policy: CompiledPolicy, operatorAddress: () => Promise<string | null>): Route =>
  route(contract.privacy.policy, async () => {
    const { source } = policy
    const operator = await operatorAddress()
    return {
      id: policy.id,
      name: policy.title,
      version: policy.version,
      hash: policy.hash,
      isReference: source.reference === true,
      effective: source.effective,
      updated: source.updated,
      operator: source.operator.name,
      contacts: Object.entries(source.contacts).flatMap(([role, contact]) => {
        const address = addressOf(contact, operator)
        return address === null ? [] : [{ role, address }]
      }),
      minimumAge: policy.minimumAge,
      clauses: policy.clauses.map(({ id, kind, promise }) => ({ id, kind, promise })),
      retention: policy.retentions.map((rule) => ({
        retentionClass: rule.class,
        period: rule.period === 'forever' ? 'forever' : rule.period.text,
        trigger: rule.trigger,
      })),
      recipients: source.recipients.map(({ name, role, fields, categories, country, safeguard }) => ({
        name,
        role,
        receives: fields ?? categories.map((category) => source.categories[category]?.label ?? category),
        country: country ?? null,
        safeguard: safeguard ?? null,
      })),
      browser: browserItems(source.cookies),
      authorities: Object.values(source.jurisdictions ?? {}).flatMap(({ law, places, authority }) =>
        authority === undefined ? [] : [{ law, places, ...authority }],
      ),
      thirdParties: source.thirdParties ?? null,
      page: pageMarkdown(policyPage(policy, operator)),
    }
  })
