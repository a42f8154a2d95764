import { change, server } from '../change-source.ts'
import type { Sabotage, SabotagedWorld } from '../sabotage.ts'
import { runJson } from '../story.ts'

/** States all that the policy wants stated. */
const stateAll = async ({ avow, tested }: SabotagedWorld): Promise<void> => {
  for (const [name, { role }] of Object.entries(tested.policy.source.attestations ?? {})) {
    if (role !== 'operator') await runJson(avow, 'attestation', 'appoint', avow.firstRun.operator.email, role)
    await runJson(avow, 'attest', name, '--confirm')
  }
}

/** Ways to break what is promised about what people of the operator state. */
export const officeSabotages: Readonly<Record<string, Sabotage>> = {
  'contact-inbox': {
    how: 'officers are shown the messages to another contact',
    changes: [
      change(
        `${server}/modules/privacy/contact/message-store.ts`,
        'olderThan(contactMessage.receivedAt, contactMessage.id, after),',
        "eq(contactMessage.contact, 'nobody'),",
      ),
    ],
  },
  attest: {
    how: 'a statement is kept with a later end than it was made with',
    changes: [
      change(
        `${server}/modules/privacy/attestations/state-attestation.ts`,
        '.values({ ...fact, sealedDetails, evidenceSequence })',
        '.values({ ...fact, validUntil: new Date(fact.validUntil.getTime() + 86_400_000), sealedDetails, evidenceSequence })',
      ),
    ],
    prepare: stateAll,
  },
}
