import './overview.css'
import { useSearch } from '@tanstack/react-router'
import { useMe, useScope } from '../../app/use-scope.ts'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { FirstCall } from './first-call.tsx'
import { ModelStates } from './model-states.tsx'
import { OperatorChecklist } from './operator-checklist.tsx'
import { RecentUsage } from './recent-usage.tsx'

/** Where one lands: what to do first, what was used, which models answer. */
export const OverviewPage = () => {
  const me = useMe()
  const { organisation } = useScope()
  const { joined } = useSearch({ from: '/signed-in/projects/$projectId/' })
  return (
    <Page title="Overview">
      {joined === true && organisation !== null && (
        <Notice kind="good" title={`Welcome to ${organisation.name}`}>
          You are here as {organisation.role}. Keys, usage and members of it are in the menu; your own organisation is
          behind the name at the top.
        </Notice>
      )}
      {me.staffRole === 'operator' && <OperatorChecklist />}
      <RecentUsage />
      <FirstCall />
      <ModelStates />
    </Page>
  )
}
