import './overview.css'
import { useMe } from '../../app/use-scope.ts'
import { Page } from '../../ui/page.tsx'
import { FirstCall } from './first-call.tsx'
import { ModelStates } from './model-states.tsx'
import { OperatorChecklist } from './operator-checklist.tsx'
import { RecentUsage } from './recent-usage.tsx'

/** Where one lands: what to do first, what was used, which models answer. */
export const OverviewPage = () => {
  const me = useMe()
  return (
    <Page title="Overview">
      {me.staffRole === 'operator' && <OperatorChecklist />}
      <RecentUsage />
      <FirstCall />
      <ModelStates />
    </Page>
  )
}
