import './playground.css'
import { Anchor, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { modelsQuery } from '../../app/queries.ts'
import { readyModels } from '../../app/ready-models.ts'
import { useRole } from '../../app/use-scope.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { ChatRefused } from './chat-stream.ts'
import { Conversation, Question } from './conversation.tsx'
import { type PlaygroundFields, PlaygroundSettings } from './playground-settings.tsx'
import { useChat } from './use-chat.ts'

const route = '/signed-in/projects/$projectId/playground'

/** `begun`: a part of the answer came before it failed. */
const ChatProblem = ({ error, begun }: { error: unknown; begun: boolean }) => {
  if (!(error instanceof ChatRefused)) return <ProblemNotice error={error} />
  return (
    <Notice kind="bad" title={error.status === 429 ? 'Too much at once' : 'The model did not answer'}>
      <p>{error.message}</p>
      <p className="small">
        {error.code !== null && <code>{error.code}</code>}{' '}
        {begun
          ? 'What was answered so far is kept above, and counted as used.'
          : 'Nothing was answered. Your question stays above: send it again, or choose another model.'}
      </p>
    </Notice>
  )
}

const number = (text: string): number | null => (text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text))

const Talk = ({ models, toys }: { models: readonly string[]; toys: ReadonlySet<string> }) => {
  const { projectId } = useParams({ from: route })
  const { model: asked } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/playground' })
  const chat = useChat(projectId)
  const [fields, setFields] = useState<PlaygroundFields>({ system: '', temperature: '', maxTokens: '' })
  const model = asked !== undefined && models.includes(asked) ? asked : (models[0] ?? '')
  const settings = {
    model,
    system: fields.system,
    temperature: number(fields.temperature),
    maxTokens: number(fields.maxTokens),
  }
  return (
    <div className="playground">
      <div className="talk">
        <Conversation turns={chat.turns} toy={toys.has(model)} />
        <ChatProblem error={chat.error} begun={chat.turns.at(-1)?.text !== ''} />
        <Question busy={chat.busy} onAsk={(text) => void chat.send(settings, text)} onStop={chat.stop} />
      </div>
      <PlaygroundSettings
        models={models}
        model={model}
        onModel={(next) => void navigate({ search: { model: next }, replace: true })}
        fields={fields}
        onFields={setFields}
        onClear={chat.turns.length > 0 ? chat.clear : null}
      />
    </div>
  )
}

/** Talk to a model. Nothing of it is stored: it lives in this page and is gone with it. */
export const PlaygroundPage = () => {
  const { data, error, refetch, isPending } = useQuery(modelsQuery(useApi()))
  const mayCall = useRole('owner', 'admin', 'member')
  const ready = readyModels(data?.items ?? [])
  const toys = new Set(ready.filter(({ toy }) => toy).map(({ id }) => id))
  return (
    <Page
      title="Playground"
      about="Calls the same gateway as your programs. The conversation lives in this page only; its tokens are counted."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && !mayCall && (
        <Notice kind="info" title="Your role may look, not call">
          Ask an owner or admin of the organisation for the role of a member.
        </Notice>
      )}
      {data !== undefined && mayCall && ready.length === 0 && (
        <Empty
          title="No model is ready"
          action={<Button renderRoot={(props) => <Link to="/models" search={{}} {...props} />}>See why</Button>}
        >
          A model may still be downloading or starting.{' '}
          <Anchor renderRoot={(props) => <Link to="/models" search={{}} {...props} />}>The catalogue</Anchor> says what
          it waits for.
        </Empty>
      )}
      {mayCall && ready.length > 0 && <Talk models={ready.map(({ id }) => id)} toys={toys} />}
    </Page>
  )
}
