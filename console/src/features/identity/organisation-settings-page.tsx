import { Button, TextInput } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import type { Organisation } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { CloseOrganisation } from './close-organisation.tsx'

const countryProblem = (country: string) =>
  country === '' || /^[A-Z]{2}$/.test(country) ? null : 'Two letters, such as DE (ISO 3166-1), or nothing'

const SettingsForm = ({ organisation }: { organisation: Organisation }) => {
  const api = useApi()
  const [name, setName] = useState(organisation.name)
  const [country, setCountry] = useState(organisation.billingCountry ?? '')
  const mayChange = organisation.role === 'owner' || organisation.role === 'admin'
  const body = { name: name.trim(), billingCountry: country === '' ? null : country }
  const save = useAct(
    (input: typeof body) =>
      answer(
        api.PATCH('/api/v1/organisations/{organisationId}', {
          params: { path: { organisationId: organisation.id } },
          body: input,
        }),
      ),
    { changes: [['me']] },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (countryProblem(country) === null) save.mutate(body)
  }
  return (
    <form className="stack form-narrow" onSubmit={submit}>
      <TextInput
        label="Name"
        required
        maxLength={120}
        disabled={!mayChange}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Billing country"
        description="Two letters, such as DE; decides the tax on bills"
        maxLength={2}
        disabled={!mayChange}
        value={country}
        error={countryProblem(country)}
        onChange={(event) => setCountry(event.currentTarget.value.toUpperCase())}
      />
      {!mayChange && <p className="small soft">Only owners and admins change these.</p>}
      <ProblemNotice error={save.error} />
      {save.isSuccess && <Notice kind="good" title="Saved" />}
      {mayChange && (
        <div>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </div>
      )}
      {mayChange && (
        <SameAct cli={null} call={{ method: 'PATCH', path: `/api/v1/organisations/${organisation.id}`, body }} />
      )}
    </form>
  )
}

/** Name and billing country of an organisation. */
export const OrganisationSettingsPage = () => {
  const { organisationId } = useParams({ from: '/signed-in/organisations/$organisationId/settings' })
  const organisation = useMe().organisations.find(({ id }) => id === organisationId)
  if (organisation === undefined) return null
  return (
    <Page
      title="Organisation settings"
      about={
        <>
          Your role here is {organisation.role}. Id: <CopyId id={organisation.id} />
        </>
      }
    >
      <SettingsForm key={organisation.id} organisation={organisation} />
      {organisation.role === 'owner' && <CloseOrganisation organisation={organisation} />}
    </Page>
  )
}
