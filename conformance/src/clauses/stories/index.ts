import type { Story } from '../story.ts'
import { accountStories } from './accounts.ts'
import { addendumStories } from './addenda.ts'
import { attackStories } from './attacks.ts'
import { backupStories, restoreStories } from './backups.ts'
import { bodyStories } from './bodies.ts'
import { choiceStories } from './choices.ts'
import { contactStories } from './contact.ts'
import { contentStories } from './content.ts'
import { limitStories } from './limits.ts'
import { noticeStories } from './notices.ts'
import { offerStories } from './offers.ts'
import { officeStories } from './office.ts'
import { pageStories } from './pages.ts'
import { partyStories } from './parties.ts'
import { planStories } from './plans.ts'
import { recordStories } from './records.ts'
import { requestStories } from './requests.ts'
import { returnStories, rightsStories } from './rights.ts'
import { tenantStories } from './tenants.ts'
import { timeStories } from './time.ts'
import { trainingStories } from './training.ts'
import { versionStories } from './versions.ts'

/** In this order: a backup is made before the person is erased and restored after it; what locks people out comes last. */
export const stories: readonly Story[] = [
  ...pageStories,
  ...accountStories,
  ...tenantStories,
  ...partyStories,
  ...contentStories,
  ...bodyStories,
  ...recordStories,
  ...trainingStories,
  ...planStories,
  ...limitStories,
  ...noticeStories,
  ...choiceStories,
  ...addendumStories,
  ...offerStories,
  ...officeStories,
  ...contactStories,
  ...requestStories,
  ...backupStories,
  ...rightsStories,
  ...restoreStories,
  ...returnStories,
  ...versionStories,
  ...attackStories,
]

/** What is done to a server whose clock goes on. */
export const lateStories: readonly Story[] = timeStories
