import type { RuleKind } from '@avow/policy'
import type { Check } from '../check.ts'
import { collectedData } from './collected-data.ts'
import { cookies } from './cookies.ts'
import { deadlines } from './deadlines.ts'
import { declaredData } from './declared-data.ts'
import { declaredPurposes } from './declared-purposes.ts'
import { erasedPeople } from './erased-people.ts'
import { keyRevocation } from './key-revocation.ts'
import { keyRotation } from './key-rotation.ts'
import { keyStorage } from './key-storage.ts'
import { legalHolds } from './legal-holds.ts'
import { logContent } from './log-content.ts'
import { marketingMail } from './marketing-mail.ts'
import { minimumAge } from './minimum-age.ts'
import { passwordHashes } from './password-hashes.ts'
import { plainHttp } from './plain-http.ts'
import { publication } from './publication.ts'
import { retainedRows } from './retained-rows.ts'
import { retentionSchedule } from './retention-schedule.ts'
import { roleMatrix } from './role-matrix.ts'
import { sealedFields } from './sealed-fields.ts'
import { sessionControl } from './session-control.ts'
import { signUpForm } from './sign-up-form.ts'
import { staffSecondFactor } from './staff-second-factor.ts'
import { bareCallRecords, storedBodies } from './stored-bodies.ts'
import { accessReport, portableExport } from './subject-copies.ts'
import { tenantIsolation } from './tenant-isolation.ts'
import { thirdParties } from './third-parties.ts'
import { tlsFloor } from './tls-floor.ts'
import { usageBooks } from './usage-books.ts'
import { verifiedMail } from './verified-mail.ts'

/** The check of each kind of rule. A rule with none is unproven; each one here has a test that sabotages the system. */
export const checks: { readonly [K in RuleKind]?: Check<K> } = {
  'api-key-revocation': keyRevocation,
  'api-key-rotation': keyRotation,
  'api-keys-hashed': keyStorage,
  'minimum-age': minimumAge,
  'sign-up-asks': signUpForm,
  'roles-enforced': roleMatrix,
  'sessions-revocable': sessionControl,
  'staff-second-factor': staffSecondFactor,
  'tenant-isolation': tenantIsolation,
  'usage-metered': usageBooks,
  'verified-mail': verifiedMail,
  'access-report': accessReport,
  'bodies-stored': storedBodies,
  'call-records-bare': bareCallRecords,
  collect: collectedData,
  'cookies-listed': cookies,
  deadline: deadlines,
  'declared-data-only': declaredData,
  erase: erasedPeople,
  'holds-win': legalHolds,
  'logs-without-content': logContent,
  'no-marketing': marketingMail,
  'no-third-parties': thirdParties,
  'password-hash': passwordHashes,
  'plain-http': plainHttp,
  'portable-export': portableExport,
  publish: publication,
  'purposes-only': declaredPurposes,
  retain: retainedRows,
  'retention-runs': retentionSchedule,
  'sealed-at-rest': sealedFields,
  'tls-floor': tlsFloor,
}
