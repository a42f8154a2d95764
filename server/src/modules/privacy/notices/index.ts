import type { Route } from '../../../platform/http/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { createDeliverNoticeJob } from './deliver-notice.ts'
import { noticeRoutes } from './notice-routes.ts'
import type { Notices } from './notices.ts'

export { deliverNotice } from './deliver-notice.ts'
export type { Accounts as NoticeAccounts, Notices } from './notices.ts'
export { publishNotice } from './publish-notice.ts'
export { resumeNotices } from './resume-notices.ts'

/** What is told to every account. */
export const createNotices = (notices: Notices): { routes: readonly Route[]; jobs: readonly Job[] } => ({
  routes: noticeRoutes(notices),
  jobs: [createDeliverNoticeJob(notices)],
})
