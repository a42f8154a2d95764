import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'

/** Makes an organisation with a first project: the first thing for a person who belongs to none. */
export const WelcomePage = () => {
  const api = useApi()
  const me = useMe()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const body = { name: name.trim(), billingCountry: null }
  const create = useAct(
    (input: typeof body, header) => answer(api.POST('/api/v1/organisations', { params: { header }, body: input })),
    {
      onDone: async ({ project }) => {
        await queries.invalidateQueries({ queryKey: ['me'] })
        await navigate({ to: '/projects/$projectId', params: { projectId: project.id } })
      },
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(body)
  }
  const first = me.organisations.length === 0
  return (
    <Page
      title={first ? `Welcome, ${me.name}` : 'New organisation'}
      about="Keys, usage and members belong to an organisation, such as your company, your group or just you. A first project comes with it."
    >
      <form className="stack form-narrow" onSubmit={submit}>
        <TextInput
          label="Name of the organisation"
          required
          maxLength={120}
          value={name}
          error={fieldErrors(create.error)['name']}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ProblemNotice error={create.error} />
        <div>
          <Button type="submit" loading={create.isPending}>
            Create organisation
          </Button>
        </div>
        <SameAct
          cli={avowLine('organisation', 'create', body.name || 'NAME')}
          call={{ method: 'POST', path: '/api/v1/organisations', body }}
        />
      </form>
    </Page>
  )
}
