import type { SentNotice } from '../../app/views.ts'

/** What a notice is, in plain words. */
export const noticeKinds: Record<SentNotice['kind'], string> = {
  service: 'about the service',
  marketing: 'news, for those who agreed',
  'policy-change': 'a new version of the policy',
  transfer: 'the business changes hands',
}
