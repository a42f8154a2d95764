import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { metaQuery, modelsQuery, reportQuery } from '../../app/queries.ts'
import { useMe } from '../../app/use-scope.ts'
import { Section } from '../../ui/page.tsx'
import { YesNoBadge } from '../../ui/state-badge.tsx'

const Step = ({
  done,
  title,
  children,
  link,
}: {
  done: boolean
  title: string
  children: ReactNode
  link?: ReactNode
}) => (
  <li>
    <div className="checklist-text">
      <p className="row-name">{title}</p>
      <p className="small soft">{children}</p>
    </div>
    {!done && link}
    <YesNoBadge yes={done} words={['done', 'to do']} />
  </li>
)

const ReportStep = () => {
  const { data } = useQuery(reportQuery(useApi()))
  const broken = data?.summary.broken ?? 0
  const text =
    data === undefined
      ? 'It says clause by clause which promises are kept, and shows the figures.'
      : `${data.summary.kept} kept, ${broken} broken, ${data.summary.attested} attested, ${data.summary.informed} informed, ${data.summary.unproven} unproven.`
  return (
    <li>
      <div className="checklist-text">
        <p className="row-name">Read the policy report</p>
        <p className="small soft num">{text}</p>
      </div>
      <Anchor size="sm" renderRoot={(props) => <Link to="/privacy/report" search={{}} {...props} />}>
        Read the report
      </Anchor>
    </li>
  )
}

/** What the operator does first; goes away when all of it is done. */
export const OperatorChecklist = () => {
  const api = useApi()
  const me = useMe()
  const { data: meta } = useQuery(metaQuery(api))
  const { data: models } = useQuery(modelsQuery(api))
  const mail = meta?.mail === 'smtp'
  const model = models?.items.some((each) => !each.toy && each.state === 'ready') ?? false
  if (me.secondFactor && mail && model) return null
  return (
    <Section title="Set up this cloud">
      <ul className="checklist">
        <Step
          done={me.secondFactor}
          title="Set up two-step sign-in"
          link={
            <Anchor size="sm" renderRoot={(props) => <Link to="/account" hash="two-step" {...props} />}>
              Set it up
            </Anchor>
          }
        >
          Without it, an operator’s browser session can do nothing as staff.
        </Step>
        <Step
          done={model}
          title="Download a real model"
          link={
            <Anchor size="sm" renderRoot={(props) => <Link to="/operate/models" {...props} />}>
              Choose a model
            </Anchor>
          }
        >
          The toy model only proves that everything works. You can also put any OpenAI-compatible server behind the
          gateway.
        </Step>
        <Step
          done={mail}
          title="Configure a mail server"
          link={
            <Anchor size="sm" href="/docs/operate/mail">
              How to
            </Anchor>
          }
        >
          Until then mail waits in the outbox, where you can read it.
        </Step>
        <ReportStep />
      </ul>
    </Section>
  )
}
