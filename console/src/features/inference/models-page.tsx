import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { modelsQuery } from '../../app/queries.ts'
import { useMe, useScope } from '../../app/use-scope.ts'
import type { Model } from '../../app/views.ts'
import { count, money } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { ModelName, ModelState } from './model-cells.tsx'

const facts = (model: Model) =>
  [
    model.parameters,
    model.contextTokens === null ? null : `${count(model.contextTokens)} tokens of context`,
    model.licence,
  ].filter((fact) => fact !== null)

const price = (model: Model, micros: string) => (micros === '0' ? 'free' : money(micros, model.currency))

const columns: readonly Column<Model>[] = [
  {
    name: 'Model',
    show: (model) => (
      <ModelName model={model}>
        {model.description !== '' && <span className="small soft">{model.description}</span>}
        <span className="small soft">{facts(model).join(' · ')}</span>
      </ModelName>
    ),
  },
  {
    name: 'State',
    show: (model) => <ModelState model={model} />,
  },
  {
    name: 'Who sees a request',
    show: (model) => (
      <span className="small">
        {model.providers.join(', ') || (model.served === 'embedded' ? 'only this machine' : 'nobody outside')}
      </span>
    ),
  },
  {
    name: 'Per million tokens',
    show: (model) => (
      <div className="prices num">
        <span>{price(model, model.promptMicrosPerMillionTokens)} prompt</span>
        <span>{price(model, model.completionMicrosPerMillionTokens)} completion</span>
      </div>
    ),
  },
]

const TryColumn = (projectId: string): Column<Model> => ({
  name: 'Try',
  quiet: true,
  show: (model) =>
    model.state === 'ready' && (
      <div className="row-actions">
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => (
            <Link to="/projects/$projectId/playground" params={{ projectId }} search={{ model: model.id }} {...props} />
          )}
        >
          Try<span className="only-read"> {model.name}</span>
        </Button>
      </div>
    ),
})

const matches = (model: Model, text: string) =>
  `${model.id} ${model.name} ${model.description} ${model.providers.join(' ')}`
    .toLowerCase()
    .includes(text.toLowerCase())

/** The catalogue: what can be called, who sees a request, what it costs. */
export const ModelsPage = () => {
  const { search = '' } = useSearch({ from: '/signed-in/models' })
  const [state, setState] = useState('')
  const navigate = useNavigate({ from: '/models' })
  const me = useMe()
  const { project } = useScope()
  const { data, error, refetch, isPending } = useQuery(modelsQuery(useApi()))
  const models = data?.items.filter((model) => matches(model, search) && (state === '' || model.state === state)) ?? []
  return (
    <Page
      title="Models"
      about="What can be called here, who else sees a request, and what it costs."
      actions={
        me.staffRole === 'operator' && (
          <Button variant="default" renderRoot={(props) => <Link to="/operate/models" {...props} />}>
            Manage the catalogue
          </Button>
        )
      }
    >
      <search className="filters">
        <TextInput
          className="grow"
          label="Search"
          value={search}
          onChange={(event) => {
            const text = event.currentTarget.value
            void navigate({ search: { search: text || undefined }, replace: true })
          }}
        />
        <NativeSelect
          label="State"
          value={state}
          onChange={(event) => setState(event.currentTarget.value)}
          data={[
            { value: '', label: 'All' },
            { value: 'ready', label: 'ready' },
            { value: 'absent', label: 'not downloaded' },
            { value: 'downloading', label: 'downloading' },
            { value: 'starting', label: 'starting' },
            { value: 'failed', label: 'failed' },
            { value: 'disabled', label: 'disabled' },
          ]}
        />
      </search>
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && models.length === 0 && (
        <Empty title={data.items.length === 0 ? 'The catalogue is empty' : 'No model is like that'}>
          {data.items.length === 0 ? 'The operator of this cloud adds models.' : 'Change the search or the state.'}
        </Empty>
      )}
      {models.length > 0 && (
        <Rows
          label="Models"
          columns={project === null ? columns : [...columns, TryColumn(project.id)]}
          rows={models}
          keyOf={(model) => model.id}
        />
      )}
    </Page>
  )
}
