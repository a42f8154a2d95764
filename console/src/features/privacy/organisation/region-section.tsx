import { Button, TextInput } from '@mantine/core'
import { IconCircleDashed, IconMapPin } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { Badge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'

interface Props {
  organisationId: string
  mayDecide: boolean
}

/** No region takes the pin away, where there is one. */
const problemOf = (region: string, now: string | null) =>
  /^[A-Z]{2}$/.test(region) || (region === '' && now !== null) ? undefined : 'Two letters, such as DE (ISO 3166-1)'

const PinDialog = ({
  organisationId,
  now,
  onClose,
}: {
  organisationId: string
  now: string | null
  onClose: () => void
}) => {
  const api = useApi()
  const [region, setRegion] = useState(now ?? '')
  const [tried, setTried] = useState(false)
  const removes = region === '' && now !== null
  const body = { region: region === '' ? null : region }
  const params = { path: { organisationId } }
  const pin = useAct(
    (input: typeof body) => answer(api.POST('/api/v1/organisations/{organisationId}/pin', { params, body: input })),
    { changes: [['pin', organisationId]], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Pin to a region"
      act={removes ? 'Take the pin away' : 'Pin'}
      busy={pin.isPending}
      error={pin.error}
      cli={avowLine('organisation', 'pin', removes ? 'none' : region || 'REGION', '--organisation', organisationId)}
      call={{ method: 'POST', path: `/api/v1/organisations/${organisationId}/pin`, body }}
      onSubmit={() => {
        setTried(true)
        if (problemOf(region, now) === undefined) pin.mutate(body)
      }}
    >
      <p>Models that are served elsewhere refuse this organisation’s keys from then on.</p>
      <TextInput
        label="Region"
        description={`A country as two letters, such as DE${now === null ? '' : '; empty: no pin'}`}
        maxLength={2}
        data-autofocus
        value={region}
        error={(tried ? problemOf(region, now) : undefined) ?? fieldErrors(pin.error)['region']}
        onChange={(event) => setRegion(event.currentTarget.value.toUpperCase())}
      />
    </ActDialog>
  )
}

/** The only region in which the organisation's data and work may be. */
export const RegionSection = ({ organisationId, mayDecide }: Props) => {
  const api = useApi()
  const [changing, setChanging] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['pin', organisationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organisations/{organisationId}/pin', { params: { path: { organisationId } } })),
  })
  return (
    <Section
      title="Region"
      about="A pin keeps its data and its work in one country, whatever the policy allows."
      actions={
        mayDecide &&
        data !== undefined && (
          <Button size="xs" variant="default" onClick={() => setChanging(true)}>
            {data.region === null ? 'Pin to a region' : 'Change the pin'}
          </Button>
        )
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data !== undefined && (
        <dl className="facts">
          <dt>Pinned to</dt>
          <dd>
            {data.region === null ? (
              <>
                <Badge tone="calm" shape={IconCircleDashed} word="not pinned" /> it may be wherever the policy allows
              </>
            ) : (
              <Badge tone="good" shape={IconMapPin} word={data.region} />
            )}
            {data.setAt !== null && (
              <span className="small soft">
                {' '}
                <When at={data.setAt} />
                {data.setBy !== null && (
                  <>
                    {' '}
                    by <CopyId short id={data.setBy} />
                  </>
                )}
              </span>
            )}
          </dd>
          <dt>This cloud</dt>
          <dd>{data.here === null ? 'does not say where it is' : `is in ${data.here}`}</dd>
        </dl>
      )}
      {changing && data !== undefined && (
        <PinDialog organisationId={organisationId} now={data.region} onClose={() => setChanging(false)} />
      )}
    </Section>
  )
}
