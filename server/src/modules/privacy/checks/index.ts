import type { RuleKind } from '@avow/policy'
import type { Check } from '../check.ts'
import { abuseLimits } from './abuse-limits.ts'
import { airGap } from './air-gap.ts'
import { appealsApart, explainedDenials } from './answered-requests.ts'
import { attackAlerts } from './attack-alerts.ts'
import { attestedStatements } from './attested-statements.ts'
import { authorityReview, customerTold } from './authority-requests.ts'
import { bareCallRecords } from './bare-call-records.ts'
import { closedAccounts } from './closed-accounts.ts'
import { collectedData } from './collected-data.ts'
import { confirmedPublication } from './confirmed-publication.ts'
import { consentWithdrawal } from './consent-withdrawal.ts'
import { contactInbox } from './contact-inbox.ts'
import { contentOffLimits } from './content-off-limits.ts'
import { cookieConsent } from './cookie-consent.ts'
import { cookies } from './cookies.ts'
import { correctedData } from './corrected-data.ts'
import { deadlines } from './deadlines.ts'
import { declaredData } from './declared-data.ts'
import { declaredPurposes } from './declared-purposes.ts'
import { deploymentPlans } from './deployment-plans.ts'
import { disclosureGrounds } from './disclosure-grounds.ts'
import { erasedPeople } from './erased-people.ts'
import { erasureConfirmation } from './erasure-confirmation.ts'
import { exactRecords } from './exact-records.ts'
import { keyRevocation } from './key-revocation.ts'
import { keyRotation } from './key-rotation.ts'
import { keyStorage } from './key-storage.ts'
import { legalHolds } from './legal-holds.ts'
import { limitedUse } from './limited-use.ts'
import { logContent } from './log-content.ts'
import { marketingConsent } from './marketing-consent.ts'
import { marketingMail } from './marketing-mail.ts'
import { minimumAge } from './minimum-age.ts'
import { offered } from './offered.ts'
import { oneClickUnsubscribe } from './one-click-unsubscribe.ts'
import { passwordHashes } from './password-hashes.ts'
import { plainHttp } from './plain-http.ts'
import { policyAcceptanceRecords } from './policy-acceptance.ts'
import { changeNotices, weakerChanges } from './policy-changes.ts'
import { portableExport } from './portable-export.ts'
import { processingAddendum } from './processing-addendum.ts'
import { processingRecord } from './processing-record.ts'
import { protectedBackups } from './protected-backups.ts'
import { providerTerms } from './provider-terms.ts'
import { providersNamed } from './providers.ts'
import { publication } from './publication.ts'
import { recipientFields } from './recipient-fields.ts'
import { recipientsOnly } from './recipients.ts'
import { regionsOnly } from './regions.ts'
import { remoteAccess } from './remote-access.ts'
import { restriction } from './restriction.ts'
import { retainedRows } from './retained-rows.ts'
import { retentionSchedule } from './retention-schedule.ts'
import { roleMatrix } from './role-matrix.ts'
import { sealedFields } from './sealed-fields.ts'
import { sessionControl } from './session-control.ts'
import { signUpForm } from './sign-up-form.ts'
import { staffAccess } from './staff-access.ts'
import { staffSecondFactor } from './staff-second-factor.ts'
import { storedBodies } from './stored-bodies.ts'
import { accessReport } from './subject-copies.ts'
import { tenantIsolation } from './tenant-isolation.ts'
import { thirdParties } from './third-parties.ts'
import { tlsFloor } from './tls-floor.ts'
import { trackingRefusal } from './tracking-refusal.ts'
import { trainingConsent } from './training-consent.ts'
import { trainingGate } from './training-gate.ts'
import { transferNotices } from './transfer-notices.ts'
import { transfersRecorded } from './transfers.ts'
import { unwantedContent } from './unwanted-content.ts'
import { usageBooks } from './usage-books.ts'
import { verifiedMail } from './verified-mail.ts'
import { verifiedRequester } from './verified-requester.ts'

/** The check of each kind of rule. A rule with none is unproven; each one here has a test that sabotages the system. */
export const checks: { readonly [K in RuleKind]?: Check<K> } = {
  'api-key-revocation': keyRevocation,
  'api-key-rotation': keyRotation,
  'api-keys-hashed': keyStorage,
  'minimum-age': minimumAge,
  'sign-up-asks': signUpForm,
  'roles-enforced': roleMatrix,
  'sessions-revocable': sessionControl,
  'staff-access-recorded': staffAccess,
  'staff-second-factor': staffSecondFactor,
  'tenant-isolation': tenantIsolation,
  'usage-metered': usageBooks,
  'verified-mail': verifiedMail,
  'verify-requester': verifiedRequester,
  rectify: correctedData,
  'closure-locks': closedAccounts,
  'appeal-apart': appealsApart,
  'denials-explained': explainedDenials,
  'erasure-confirmed': erasureConfirmation,
  'access-report': accessReport,
  attest: attestedStatements,
  'backups-protected': protectedBackups,
  'abuse-limits': abuseLimits,
  'attack-alerts': attackAlerts,
  'authority-review': authorityReview,
  'customer-told': customerTold,
  'bodies-stored': storedBodies,
  'call-records-bare': bareCallRecords,
  collect: collectedData,
  'contact-inbox': contactInbox,
  'content-off-limits': contentOffLimits,
  'processing-addendum': processingAddendum,
  'consent-withdrawal': consentWithdrawal,
  'limit-use': limitedUse,
  'records-exact': exactRecords,
  restrict: restriction,
  serves: offered,
  'cookie-consent': cookieConsent,
  'cookies-listed': cookies,
  deadline: deadlines,
  'declared-data-only': declaredData,
  erase: erasedPeople,
  'holds-win': legalHolds,
  'logs-without-content': logContent,
  'never-hold': unwantedContent,
  'no-marketing': marketingMail,
  'marketing-consent': marketingConsent,
  unsubscribe: oneClickUnsubscribe,
  'change-notice': changeNotices,
  'weaker-change-waits': weakerChanges,
  'acceptance-recorded': policyAcceptanceRecords,
  'transfer-notice': transferNotices,
  'no-third-parties': thirdParties,
  'password-hash': passwordHashes,
  'plain-http': plainHttp,
  'plans-narrow': deploymentPlans,
  'portable-export': portableExport,
  'processing-record': processingRecord,
  publish: publication,
  'publish-confirmed': confirmedPublication,
  'purposes-only': declaredPurposes,
  'remote-access-recorded': remoteAccess,
  retain: retainedRows,
  'retention-runs': retentionSchedule,
  'sealed-at-rest': sealedFields,
  'tls-floor': tlsFloor,
  'tracking-refusal': trackingRefusal,
  'air-gap': airGap,
  'disclosure-kinds': disclosureGrounds,
  'integration-terms': providerTerms,
  'provider-named': providersNamed,
  'recipient-fields': recipientFields,
  'recipients-only': recipientsOnly,
  'regions-only': regionsOnly,
  'training-approval': trainingGate,
  'training-consent-kept': trainingConsent,
  'transfers-recorded': transfersRecorded,
}
